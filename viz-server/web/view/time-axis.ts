/** Where times lie on the axis. Places are ticks as well: what an axis does not bend lies at its own time. Both functions rise. */
export interface TimeAxis {
  readonly kind: 'linear' | 'events';
  placeOf(time: number): number;
  timeOf(place: number): number;
}

/** Equal times take equal room. */
export const linearAxis: TimeAxis = { kind: 'linear', placeOf: (time) => time, timeOf: (place) => place };
