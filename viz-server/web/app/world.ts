/** A message under way to an actor; times are ticks of the run. */
export interface PendingMessage {
  readonly at: number;
  readonly type: string;
  readonly message: unknown;
}

/** An actor at a moment, as `world` answers. */
export interface ActorWorld {
  readonly sim: number;
  readonly isPast: boolean;
  readonly at: number;
  readonly event: number;
  readonly trail: string;
  readonly kind: string;
  readonly spec: unknown;
  readonly state: unknown;
  /** Null where too much is pending to be looked through. */
  readonly pending: readonly PendingMessage[] | null;
  readonly morePending: number;
  readonly picture: ChartPicture | null;
}

/** A statechart with its active states. */
export interface ChartPicture {
  readonly id: string;
  readonly nodes: ReadonlyArray<{
    readonly id: string;
    readonly key: string;
    readonly parent?: string;
    readonly kind: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
    readonly isInitial: boolean;
  }>;
  readonly edges: ReadonlyArray<{
    readonly index: number;
    readonly source: string;
    readonly targets: readonly string[];
    readonly event: string;
    readonly kind: 'event' | 'always' | 'after' | 'done' | 'error';
  }>;
  readonly active: readonly string[];
  readonly context: unknown;
}
