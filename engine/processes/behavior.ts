import type { ActorRef, Behavior, Context, Message, Simulation, SpawnOptions } from '../kernel/index.ts';
import { NO_TIME } from '../kernel/index.ts';
import { Host } from './host.ts';
import type { Process } from './process.ts';
import type { Steps } from './wait.ts';

/** The script of a process: a generator function that yields waits. `ctx` is that of its actor and good in the body only. */
export type Body<Spec, M extends Message, R> = (ctx: Context<M>, spec: Spec) => Steps<R>;

export interface ProcessOptions {
  /** Name of the kind of actor. Default: the name of the generator function, or `process`. */
  readonly kind?: string;
}

/** A behavior made of a script, which remembers what its processes return. */
export interface ProcessBehavior<Spec, M extends Message, R> extends Behavior<Spec, Host, M> {
  readonly body: Body<Spec, M, R>;
}

// `start` learns the process that `init` made; between the two nothing else can run.
let lastStarted: Process<unknown> | undefined;

/**
 * A behavior from a script: `process(function* (ctx, spec) { yield* delay(us(3)); })`. The script starts in the instant of the
 * spawn, in the ordinary phase, after what is already scheduled there. Messages it does not receive at once wait in its mailbox.
 * When the last process of the actor has ended, the actor stops.
 */
export function process<Spec = undefined, M extends Message = Message, R = void>(
  body: Body<Spec, M, R>,
  options: ProcessOptions = {},
): ProcessBehavior<Spec, M, R> {
  const kind = options.kind ?? (body.name === '' ? 'process' : body.name);
  return {
    kind,
    body,
    init(spec, ctx) {
      const host = new Host(kind, ctx as unknown as Context<Message>);
      ctx.waitsFor(host);
      const started = host.start(body(ctx, spec));
      started.wakeAfter(NO_TIME, 3);
      lastStarted = started as unknown as Process<unknown>;
      return host;
    },
    receive: (host, message) => host.receive(message),
    dispose: (host) => host.dispose(),
  };
}

/** A process that is an actor of its own: its address, and the process to join, interrupt or cancel. */
export interface Started<M extends Message, R> {
  readonly ref: ActorRef<M>;
  readonly process: Process<R>;
}

/** Spawns `behavior` and hands out its process as well. Throws SIM_DUPLICATE_NAME. */
export function start<Spec, M extends Message, R>(
  parent: Simulation | Context<never>,
  name: string,
  behavior: ProcessBehavior<Spec, M, R>,
  spec: Spec,
  options?: SpawnOptions,
): Started<M, R> {
  const ref = parent.spawn(name, behavior, spec, options);
  const started = lastStarted as unknown as Process<R>;
  lastStarted = undefined;
  return { ref, process: started };
}
