import type { AnyActorRef, EventObject } from 'xstate';
import { type ActorRef, type Message, saveClass } from '../kernel/index.ts';
import type { Logic } from './logic.ts';

/**
 * An actor as the functions of a machine see it (`self`, results of `spawn`): a name and, once it runs, its reference in the
 * simulation. Data only, so it may be kept in context, input and events.
 */
export class ActorHandle {
  readonly id: string;
  /** The kernel's reference; undefined until the actor has started. */
  ref: number | undefined = undefined;
  /** Stopped before it could start. */
  stopped = false;

  constructor(id: string, ref?: number) {
    this.id = id;
    this.ref = ref;
  }

  /** Sends `event` to this actor once the running macrostep ends; only from within an action. */
  send(event: EventObject): void {
    sink.current.push({ kind: 'send', to: this, event, delay: undefined, id: undefined });
  }
}

saveClass(
  ActorHandle,
  'charts.ActorHandle',
  ({ id, ref, stopped }) => ({ id, ref, stopped }),
  ({ id, ref, stopped }) => Object.assign(new ActorHandle(id, ref), { stopped }),
);

/** Where `ActorHandle.send` puts its effects: those of the chart that runs. @internal */
export const sink: { current: Effect[] } = { current: [] };

/** Lets a chart's `sendTo` address any actor of the simulation: `sendTo(({ context }) => actorTarget(context.link), event)`. */
export function actorTarget<M extends Message>(ref: ActorRef<M>): AnyActorRef {
  return ref as unknown as AnyActorRef;
}

/** What the outside must do after a macrostep, in order. Delays are in units of the machine (`delayUnit`). */
export type Effect =
  | {
      readonly kind: 'send';
      /** A handle, a reference, or the name of a child that starts in the same macrostep; undefined: the parent, if any. */
      readonly to: ActorHandle | number | string | undefined;
      readonly event: EventObject;
      readonly delay: number | undefined;
      readonly id: string | undefined;
    }
  | {
      readonly kind: 'raise';
      readonly event: EventObject;
      readonly delay: number;
      readonly id: string | undefined;
    }
  | { readonly kind: 'cancel'; readonly id: string }
  | { readonly kind: 'spawn'; readonly child: ActorHandle; readonly logic: Logic; readonly input: unknown }
  | { readonly kind: 'stop'; readonly child: ActorHandle }
  | { readonly kind: 'emit'; readonly event: EventObject }
  | { readonly kind: 'log'; readonly value: unknown; readonly label: string | undefined };
