/** A stretch of a task: work without a cause, else a wait. */
export interface DetailStretch {
  readonly from: number;
  readonly until: number;
  readonly cause: string;
  readonly what: string;
  /** The task that ended the wait; 0: not known. */
  readonly by: number;
}

/** What the server knows of one task. */
export interface TaskDetail {
  readonly task: number;
  readonly lane: string;
  readonly parent: number;
  readonly name: string;
  readonly kind: string;
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly args: Readonly<Record<string, string | number | boolean>>;
  readonly stretches: readonly DetailStretch[];
  /** The way from a wait to whoever ended it, and on, to its root. */
  readonly chain: readonly ChainLink[];
  readonly flows: readonly FlowEnd[];
  /** Who ended its longest wait. */
  readonly next: number | undefined;
}

export interface ChainLink {
  readonly task: number;
  readonly name: string;
  readonly path: string;
  readonly cause: string;
  readonly what: string;
  readonly ticks: number;
}

export interface FlowEnd {
  readonly task: number;
  readonly name: string;
  readonly isOut: boolean;
}

type Loose = Readonly<Record<string, unknown>>;

const list = (value: unknown): readonly Loose[] => (Array.isArray(value) ? value : []);
const number = (value: unknown, other = 0): number => (typeof value === 'number' ? value : other);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Reads the answer to `detail`; what is missing is empty. */
export function readDetail(value: unknown): TaskDetail {
  const from = (value ?? {}) as Loose;
  const start = number(from.start);
  const stretches = list(from.stretches).map((one) => {
    const until = number(one.until);
    const stretch = {
      from: number(one.from),
      until,
      cause: text(one.cause),
      what: text(one.what),
      by: number(one.by),
    };
    return stretch;
  });
  let next: number | undefined;
  let longest = 0;
  for (const { from: a, until, cause, by } of stretches)
    if (cause !== '' && by !== 0 && until - a > longest) {
      longest = until - a;
      next = by;
    }
  const task = number(from.task);
  return {
    task,
    lane: text(from.lane),
    parent: number(from.parent),
    name: text(from.name) || text(from.kind),
    kind: text(from.kind),
    path: text(from.actor),
    start,
    end: number(from.end),
    args: (typeof from.notes === 'object' && from.notes !== null ? from.notes : {}) as TaskDetail['args'],
    stretches,
    chain: list(from.chain).map((one) => ({
      task: number(one.task),
      name: text(one.name),
      path: text(one.actor),
      cause: text(one.cause),
      what: text(one.what),
      ticks: number(one.until) - number(one.from),
    })),
    flows: list(from.flows).map((one) => {
      const isOut = one.from === task;
      return { task: number(isOut ? one.to : one.from), name: text(one.name), isOut };
    }),
    next,
  };
}
