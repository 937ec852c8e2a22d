import type { Message } from './actor.ts';
import type { EventQueue } from './event-queue.ts';
import type { World } from './world.ts';

/** Makes the pending-event set of simulations made from now on; undefined for the usual one. Set while orders are explored. */
export const queues: { make: ((world: World) => EventQueue<Message>) | undefined } = { make: undefined };
