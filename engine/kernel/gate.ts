/** How far a run may go before its gate is asked again. */
export interface Leave {
  /** Events, at least 1. */
  readonly events: number;
  /** Tick before which they must lie; infinity for any. Messages for actors that have stopped may carry it one event further. */
  readonly until: number;
}

/**
 * Asked by a run before its first event and whenever its leave is used up. It may take its time: so a run is paused, stepped and kept in
 * step with a wall clock without its program's knowledge. It must not touch the simulation.
 */
export type Gate = () => Leave;
