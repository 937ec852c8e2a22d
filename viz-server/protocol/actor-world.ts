import type { Picture } from '../../engine/charts/index.ts';

/** A message that is under way to an actor: at the present tick it lies in its mailbox, later it is a timer or on its way. */
export interface PendingMessage {
  readonly at: number;
  readonly type: string;
  readonly message: unknown;
}

/** An actor at a moment, as `world` answers. Times are ticks of the run. */
export interface ActorWorld {
  readonly sim: number;
  /** Whether a replay has found it. */
  readonly isPast: boolean;
  readonly at: number;
  /** Events that its simulation had handled. */
  readonly event: number;
  /** Hash of all events up to there: equal moments of equal runs have the same. */
  readonly trail: string;
  readonly kind: string;
  readonly spec: unknown;
  readonly state: unknown;
  /** The next messages to it; null where so much is pending in the simulation that they are not looked for. */
  readonly pending: readonly PendingMessage[] | null;
  /** Messages to it beyond those. */
  readonly morePending: number;
  /** Of a statechart: its nodes and edges, those active, its context. */
  readonly picture: Picture | null;
}
