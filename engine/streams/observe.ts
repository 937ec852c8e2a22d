import { Observable, type Subscriber } from 'rxjs';
import type { AnyRef, Message } from '../kernel/actor.ts';
import { INDEX_MASK } from '../kernel/actor-address.ts';
import type { Probe } from '../kernel/probe.ts';
import type { Simulation } from '../kernel/simulation.ts';
import type { Time } from '../kernel/time.ts';
import { observersOf } from './observers.ts';
import { pathPattern } from './path-pattern.ts';
import { guarded } from './unhandled.ts';

/** Something that can be observed: how a probe reports it. Other rooms may add kinds of their own. */
export interface ObservationKind<T> {
  probe(sim: Simulation, tell: (value: T) => void): Probe;
}

/** Whose: an actor, or all whose path matches a pattern (one star for any part of a name, two for any number of names). Default: all. */
export interface Whose {
  readonly actor?: AnyRef | string;
}

export interface MessageSeen<M extends Message> {
  readonly kind: 'message';
  readonly time: Time;
  /** Number of the event, counted from 1. */
  readonly event: number;
  readonly actor: AnyRef;
  readonly path: string;
  /** The message itself, not a copy: to be read only. */
  readonly message: M;
}

export interface ActorSpawned {
  readonly kind: 'spawned';
  readonly time: Time;
  readonly actor: AnyRef;
  readonly path: string;
  /** Kind of its behavior. */
  readonly behavior: string;
}

export interface ActorStopped {
  readonly kind: 'stopped';
  readonly time: Time;
  readonly actor: AnyRef;
  readonly path: string;
}

export interface StateChanged<Value> {
  readonly kind: 'changed';
  readonly time: Time;
  readonly actor: AnyRef;
  readonly path: string;
  readonly value: Value;
  /** Undefined for the first value of an actor spawned after the subscription. */
  readonly previous: Value | undefined;
}

/**
 * A stream of what happens in `sim`: `observe(sim, messages<Job>('job', { actor: 'server*' }))`. Each subscription watches from
 * its own beginning until it unsubscribes, or `finishObserving(sim)` completes it; while there is none the run pays nothing.
 * Observing never changes the run. An observer that throws is reported by `run` as SIM_PROBE_FAILED once its work is done.
 */
export function observe<T>(sim: Simulation, kind: ObservationKind<T>): Observable<T> {
  return new Observable((subscriber) => {
    const probe = kind.probe(sim, (value) => guarded(next<T>, subscriber, value));
    observersOf(sim).add(subscriber as Subscriber<unknown> as Subscriber<never>, probe);
  });
}

function next<T>(subscriber: Subscriber<T>, value: T): void {
  subscriber.next(value);
}

/** Messages of the given type (default: any) as they begin to be handled, before the handler changes anything. */
export function messages<M extends Message>(type?: M['type'], whose: Whose = {}): ObservationKind<MessageSeen<M>> {
  return {
    probe(sim, tell) {
      const matches = matcher(sim, whose);
      return {
        eventBegins(event, _cause, time, actor, message: Message) {
          if (type !== undefined && message.type !== type) return;
          if (!matches(actor)) return;
          tell({ kind: 'message', time, event, actor, path: pathOf(sim, actor), message: message as M });
        },
        actorStopped: (actor) => matches.forget(actor),
      };
    },
  };
}

/** Actors as they are spawned, before their `init`. */
export function spawned(whose: Whose = {}): ObservationKind<ActorSpawned> {
  return {
    probe(sim, tell) {
      const matches = matcher(sim, whose);
      return {
        actorSpawned(actor, path, behavior) {
          if (matches(actor)) tell({ kind: 'spawned', time: sim.now, actor, path, behavior });
        },
        actorStopped: (actor) => matches.forget(actor),
      };
    },
  };
}

/** Actors as they stop, children before their parents. */
export function stopped(whose: Whose = {}): ObservationKind<ActorStopped> {
  return {
    probe(sim, tell) {
      const matches = matcher(sim, whose);
      return {
        actorStopped(actor) {
          if (matches(actor)) tell({ kind: 'stopped', time: sim.now, actor, path: pathOf(sim, actor) });
          matches.forget(actor);
        },
      };
    },
  };
}

/**
 * Changes of what `select` takes from the state of an actor, told after the handler that made the change; compared by Object.is.
 * What an actor has at the subscription is known, not told.
 */
export function changes<State, Value>(
  select: (state: State) => Value,
  whose: Whose = {},
): ObservationKind<StateChanged<Value>> {
  return {
    probe(sim, tell) {
      const matches = matcher(sim, whose);
      const values = new Map<AnyRef, Value>();
      for (const { self, isAlive } of sim.world.cells)
        if (isAlive && self !== 0 && matches(self)) {
          const state = sim.stateOf(self);
          if (state !== undefined) values.set(self, select(state as State));
        }
      return {
        eventEnds(_event, actor) {
          if (!matches(actor)) return;
          const state = sim.stateOf(actor);
          if (state === undefined) return;
          const value = select(state as State);
          const previous = values.get(actor);
          if (Object.is(value, previous)) return;
          values.set(actor, value);
          tell({ kind: 'changed', time: sim.now, actor, path: pathOf(sim, actor), value, previous });
        },
        actorStopped(actor) {
          values.delete(actor);
          matches.forget(actor);
        },
      };
    },
  };
}

interface Matcher {
  (actor: AnyRef): boolean;
  forget(actor: AnyRef): void;
}

/** Patterns are tried once per actor. */
function matcher(sim: Simulation, { actor: wanted }: Whose): Matcher {
  const forget = () => undefined;
  if (wanted === undefined) return Object.assign(() => true, { forget });
  if (typeof wanted === 'number') return Object.assign((actor: AnyRef) => actor === wanted, { forget });
  const test = pathPattern(wanted as string);
  const known = new Map<AnyRef, boolean>();
  const matches = (actor: AnyRef) => {
    let found = known.get(actor);
    if (found === undefined) {
      found = test(pathOf(sim, actor));
      known.set(actor, found);
    }
    return found;
  };
  return Object.assign(matches, { forget: (actor: AnyRef) => void known.delete(actor) });
}

/** Also of an actor that has just stopped. */
function pathOf(sim: Simulation, actor: AnyRef): string {
  return sim.world.cells[actor & INDEX_MASK]?.path ?? '';
}
