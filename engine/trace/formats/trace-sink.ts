/** A value shown with a slice or an instant. */
export type AnnotationValue = string | number | boolean;

/** Named values shown with a slice or an instant, in this order. */
export type Annotations = Readonly<Record<string, AnnotationValue>>;

/** What may come with an event: annotations, and ids of flows that start or pass here, or end here. */
export interface EventDetails {
  readonly annotations?: Annotations | undefined;
  readonly flows?: readonly number[] | undefined;
  readonly endingFlows?: readonly number[] | undefined;
}

/**
 * A row of a trace. `process` groups tracks and is drawn on top level; a `lane` is one of several tracks of an actor whose tasks
 * overlap; a `counter` carries values instead of slices.
 */
export interface TraceTrack {
  /** Whole and at least 1, the same in every run. */
  readonly id: number;
  readonly kind: 'process' | 'track' | 'lane' | 'counter';
  readonly name: string;
  /** Id of the track it belongs to; none for the top level. */
  readonly parent?: number | undefined;
  readonly description?: string | undefined;
  /** Place among its siblings; drawn by name when absent. */
  readonly order?: number | undefined;
  /** Whether its children say their `order`. */
  readonly ordersChildren?: boolean | undefined;
  /** Process number shown beside the name; the id when absent. */
  readonly pid?: number | undefined;
  /** Unit of a counter, e.g. `GB/s`. */
  readonly unit?: string | undefined;
}

/** Category of slices that are named waits inside a task; annotation `what` tells for what. */
export const waitCategory = 'wait';

/**
 * Where a trace goes: every writer of a format is one, and every reader drives one. Times are whole ticks; events of one track come in
 * order of time, and its slices nest: `end` closes the slice begun last. At equal times ends come before begins.
 */
export interface TraceSink {
  track(track: TraceTrack): void;
  begin(at: number, track: number, category: string, name: string, details?: EventDetails): void;
  end(at: number, track: number, details?: EventDetails): void;
  /** What `begin` does with annotations `task`, unless 0, and `parent`, unless 0: a way without objects for those who write millions. */
  beginTask?(at: number, track: number, category: string, name: string, task: number, parent: number): void;
  instant(at: number, track: number, category: string, name: string, details?: EventDetails): void;
  counter(at: number, track: number, value: number): void;
  /** No more events follow. */
  finish(): void;
}
