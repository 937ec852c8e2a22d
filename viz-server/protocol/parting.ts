/** An event of one of two runs that are compared; `at` in ps. */
export interface PartingEvent {
  readonly event: number;
  readonly at: number;
  /** '' where the simulation itself did it. */
  readonly actor: string;
  readonly type: string;
  readonly message: unknown;
  /** What led to it, the nearest first. */
  readonly causes: ReadonlyArray<{
    readonly event: number;
    readonly at: number;
    readonly actor: string;
    readonly type: string;
  }>;
}

/** Where two runs part: the first event that differs, null on the side of a run that was over. */
export type Parting =
  | { readonly same: true; readonly events: number }
  | {
      readonly same: false;
      readonly event: number;
      readonly reason: string;
      readonly detail: string;
      readonly before: PartingEvent | null;
      readonly after: PartingEvent | null;
    };
