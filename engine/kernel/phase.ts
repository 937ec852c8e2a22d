/**
 * Phases order the events of one instant: what frees capacity runs before what changes it, before queues are served,
 * before ordinary work, before new arrivals. This is the order that keeps resources correct at equal times
 * (the "simultaneity" table of simmer, Ucar et al., J. Stat. Softw. 90, 2019).
 */
export type Phase = 0 | 1 | 2 | 3 | 4;

/** Names of the phases, in the order in which they run. */
export const phases: {
  readonly release: 0;
  readonly capacity: 1;
  readonly service: 2;
  readonly ordinary: 3;
  readonly arrival: 4;
} = { release: 0, capacity: 1, service: 2, ordinary: 3, arrival: 4 };

/** Number of phases. */
export const PHASE_COUNT = 5;
