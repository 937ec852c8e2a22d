import type { AnyRef, WaitCause } from '../kernel/index.ts';
import { processErrors } from './errors.ts';
import { abandon } from './process.ts';
import { DECIDED, type Decision, IDLE, WAITING, Wait } from './wait.ts';

/** The value of a wait. */
export type Awaited<W> = W extends Wait<infer T> ? T : never;

/** Waits by position or by name. */
export type Branches = readonly Wait<unknown>[] | Readonly<Record<string, Wait<unknown>>>;

type Positions<B extends readonly unknown[]> = {
  [I in keyof B]: I extends `${infer N extends number}` ? { readonly which: N; readonly value: Awaited<B[I]> } : never;
};

/** Which branch won, by position or name, and its value: `which` tells the types apart. */
export type Winner<B extends Branches> = B extends readonly Wait<unknown>[]
  ? Positions<B>[number]
  : { [K in keyof B]: { readonly which: K; readonly value: Awaited<B[K]> } }[keyof B];

abstract class Group<T> extends Wait<T> implements Decision {
  readonly keys: ReadonlyArray<string | number>;
  readonly branches: readonly Wait<unknown>[];

  constructor(branches: Branches) {
    super();
    const isList = Array.isArray(branches);
    this.branches = isList ? branches : Object.values(branches);
    this.keys = isList ? branches.map((_, i) => i) : Object.keys(branches);
  }

  abstract decided(branch: Wait<unknown>, atOnce: boolean): void;

  protected beginBranch(branch: Wait<unknown>): boolean {
    if (branch.stage !== IDLE) throw processErrors.create('PROC_WAIT_IN_USE', { what: branch.constructor.name });
    branch.process = this.process;
    branch.group = this;
    return branch.begin();
  }

  abandon(): void {
    for (const branch of this.branches) if (branch.stage !== IDLE) abandon(branch);
  }

  override get cause(): string | undefined {
    const causes = this.branches.map((branch) => (branch.stage === WAITING ? branch.cause : undefined));
    return causes.find((cause) => cause !== undefined);
  }

  override get traceCause(): WaitCause | undefined {
    return this.#traced?.traceCause;
  }

  override get traceWhat(): string {
    return this.#traced?.traceWhat ?? '';
  }

  get #traced(): Wait<unknown> | undefined {
    return this.branches.find((branch) => branch.stage === WAITING && branch.traceCause !== undefined);
  }

  override get holder(): AnyRef | undefined {
    return this.branches.find((branch) => branch.stage === WAITING && branch.cause !== undefined)?.holder;
  }
}

/** See `any`. */
export class AnyOf<B extends Branches> extends Group<Winner<B>> {
  #winner = 0;

  /** @internal */
  begin(): boolean {
    this.stage = WAITING;
    try {
      for (const [i, branch] of this.branches.entries()) {
        if (!this.beginBranch(branch)) continue;
        this.#won(i);
        this.stage = DECIDED;
        return true;
      }
    } catch (error) {
      abandon(this);
      throw error;
    }
    return false;
  }

  /** Told by a branch when it is decided. */
  decided(branch: Wait<unknown>, atOnce: boolean): void {
    this.#won(this.branches.indexOf(branch));
    this.decide(atOnce);
  }

  #won(index: number): void {
    this.#winner = index;
    for (const [i, branch] of this.branches.entries()) if (i !== index && branch.stage !== IDLE) abandon(branch);
  }

  /** @internal */
  take(): Winner<B> {
    this.stage = IDLE;
    const which = this.keys[this.#winner];
    return { which, value: this.branches[this.#winner]?.take() } as Winner<B>;
  }
}

/** See `all`. */
export class AllOf<B extends Branches> extends Group<{ [K in keyof B]: Awaited<B[K]> }> {
  readonly #isList: boolean;
  #left = 0;

  /** @internal */
  constructor(branches: B, isList: boolean) {
    super(branches);
    this.#isList = isList;
  }

  /** @internal */
  begin(): boolean {
    this.stage = WAITING;
    this.#left = this.branches.length;
    try {
      for (const branch of this.branches) if (this.beginBranch(branch)) this.#left--;
    } catch (error) {
      abandon(this);
      throw error;
    }
    if (this.#left > 0) return false;
    this.stage = DECIDED;
    return true;
  }

  /** Told by a branch when it is decided. */
  decided(_branch: Wait<unknown>, atOnce: boolean): void {
    if (--this.#left === 0) this.decide(atOnce);
    else this.process?.tellWait();
  }

  /** @internal */
  take(): { [K in keyof B]: Awaited<B[K]> } {
    this.stage = IDLE;
    try {
      const values = this.branches.map((branch) => branch.take());
      if (this.#isList) return values as { [K in keyof B]: Awaited<B[K]> };
      return Object.fromEntries(values.map((value, i) => [this.keys[i], value])) as { [K in keyof B]: Awaited<B[K]> };
    } catch (error) {
      this.abandon();
      throw error;
    }
  }
}

/**
 * Waits for the first of several: `const { which, value } = yield* any(acquire(gpu), timeout(ms(1)))`, or by name
 * `any({ gpu: acquire(gpu), late: timeout(ms(1)) })`. The others are given up in the instant it is decided; of several
 * that could be decided at once, the first listed wins.
 */
export function any<const B extends readonly Wait<unknown>[]>(...branches: B): AnyOf<B>;
export function any<const B extends Readonly<Record<string, Wait<unknown>>>>(branches: B): AnyOf<B>;
export function any(...branches: readonly unknown[]): AnyOf<Branches> {
  return new AnyOf(listOrNamed(branches));
}

/** Waits for every one; their values by position or name. A wait for none is over at once. */
export function all<const B extends readonly Wait<unknown>[]>(...branches: B): AllOf<B>;
export function all<const B extends Readonly<Record<string, Wait<unknown>>>>(branches: B): AllOf<B>;
export function all(...branches: readonly unknown[]): AllOf<Branches> {
  const given = listOrNamed(branches);
  return new AllOf(given, Array.isArray(given));
}

function listOrNamed(branches: readonly unknown[]): Branches {
  const isNamed = branches.length === 1 && !(branches[0] instanceof Wait);
  return (isNamed ? branches[0] : branches) as Branches;
}
