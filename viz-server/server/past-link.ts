import type { ActorLook } from './actor-look.ts';
import type { RunTask } from './run-link.ts';

/** A moment of simulation `sim` of a run: after all events up to and with that tick of the simulation, or after so many events. */
export type Moment = { readonly sim: number; readonly tick: number } | { readonly sim: number; readonly event: number };

/** Where the run was once: a replay that passes there must look the same. */
export interface Waypoint {
  readonly sim: number;
  readonly event: number;
  readonly now: number;
  readonly trail: string;
}

/** What a replay is started with. */
export type PastTask = Omit<RunTask, 'paused'> & {
  /** Wall time of the replay between two checkpoints, in ms; infinite: it takes none. */
  readonly saveEveryMs: number;
};

/** What the server says to the replay. One seek at a time. */
export type ToPast =
  | {
      readonly kind: 'seek';
      readonly id: number;
      readonly moment: Moment;
      readonly actor: string;
      readonly waypoint: Waypoint | undefined;
    }
  | { readonly kind: 'cancel' };

/** What the replay says. */
export type FromPast =
  /** It is there; `from`: the event from which on it has computed, 0: the start. */
  | { readonly kind: 'there'; readonly id: number; readonly look: ActorLook; readonly from: number }
  /** It is not the run. */
  | { readonly kind: 'diverged'; readonly id: number; readonly event: number }
  /** The run has no such moment. */
  | { readonly kind: 'none'; readonly id: number; readonly why: string }
  | {
      readonly kind: 'position';
      readonly id: number;
      readonly sim: number;
      readonly now: number;
      readonly events: number;
    };
