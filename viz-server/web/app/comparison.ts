import { computed, signal } from '@preact/signals';
import type { ComparisonKind } from '../../protocol/client-messages.ts';
import type { ComparisonValueOf } from '../../protocol/comparison-values.ts';
import type { ComparableRun, Table } from '../../protocol/server-messages.ts';
import type { LiveConnection, Request } from './live-connection.ts';
import type { PageState } from './page-state.ts';

/** Two runs that are compared. */
export interface RunPair {
  readonly before: ComparableRun;
  readonly after: ComparableRun;
}

/** What the server answers about two runs. */
export interface ComparisonAnswer<Kind extends ComparisonKind> {
  readonly table: Table | undefined;
  readonly value: ComparisonValueOf<Kind>;
  readonly truncated: boolean;
}

type Values = Readonly<Record<string, string | number | boolean>>;

/** Comparing the watched run with another: which two, and starting the second. */
export class Comparison {
  /** Numbers of the runs that were chosen; undefined: the watched one, and the newest other one. */
  readonly before = signal<number | undefined>(undefined);
  readonly after = signal<number | undefined>(undefined);
  readonly part = signal<ComparisonKind>('metrics');
  readonly isFormOpen = signal(false);
  readonly problem = signal('');
  readonly pair = computed<RunPair | undefined>(() => {
    const runs = this.#state.runs.value;
    const before = runs.find(({ run }) => run === this.before.value) ?? runs.find(({ kind }) => kind === 'live');
    const after = runs.find(({ run }) => run === this.after.value) ?? runs.findLast(({ run }) => run !== before?.run);
    return before === undefined || after === undefined ? undefined : { before, after };
  });
  readonly #state: PageState;
  readonly #live: LiveConnection;

  constructor(state: PageState, live: LiveConnection) {
    this.#state = state;
    this.#live = live;
  }

  /** C: the panel, with the form where there is nothing to compare yet. */
  open(): void {
    const { tab } = this.#state;
    tab.value = tab.value === 'compare' ? undefined : 'compare';
    if (tab.value === 'compare' && this.pair.value === undefined) this.isFormOpen.value = true;
    this.#state.changed();
  }

  /** Starts a second run with these changes, or with things free, and shows it beside the first. */
  async fork(params: Values, free: readonly string[] = []): Promise<void> {
    const state = this.#state;
    this.problem.value = '';
    if (!state.canControl.value) {
      state.say('This link only watches: a second run is started by the link with the control token.');
      return;
    }
    try {
      const args = { ...(free.length > 0 ? { free: [...free] } : {}), params: { ...params } };
      await this.#live.request({ type: 'control', op: 'fork', args } as Request);
      this.before.value = undefined;
      this.after.value = undefined;
      this.isFormOpen.value = false;
      state.tab.value = 'compare';
      state.changed();
      state.say('A second run computes beside this one.');
    } catch (error) {
      this.problem.value = error instanceof Error ? error.message : String(error);
      state.say(this.problem.value);
    }
  }

  /** What if nobody waited for it: the same run with the thing of that name free. */
  async whatIfFree(name: string): Promise<void> {
    await this.fork({}, [name]);
    this.part.value = 'metrics';
  }

  async endFork(): Promise<void> {
    await this.#live
      .request({ type: 'control', op: 'endFork' } as Request)
      .catch((error: unknown) => this.#state.complain(error));
  }

  /** Asks about the pair. Rejects with `RequestError`. */
  async ask<Kind extends ComparisonKind>(
    what: Kind,
    more: { readonly kind?: string; readonly from?: number; readonly to?: number; readonly columns?: number } = {},
  ): Promise<ComparisonAnswer<Kind>> {
    const pair = this.pair.value;
    const numbers = pair === undefined ? {} : { before: pair.before.run, after: pair.after.run };
    const { table, value, truncated } = await this.#live.request({ type: 'compare', what, ...numbers, ...more });
    return { table, value: value as ComparisonValueOf<Kind>, truncated };
  }
}

/** A run in a few words: what is different about it. */
export function nameOfRun({ run, kind, scenario, changes, free }: ComparableRun): string {
  const short = scenario.split('/').pop() ?? scenario;
  if (kind === 'live') return `${run}: ${short}, this run`;
  if (kind === 'file') return `${run}: ${short}, loaded`;
  const said = [
    ...Object.entries(changes).map(([name, value]) => `${name}=${value}`),
    ...free.map((name) => `${name} free`),
  ].join(' ');
  return `${run}: ${short}${said === '' ? (kind === 'fork' ? ', the same again' : '') : ` ${said}`}${kind === 'earlier' ? ', earlier' : ''}`;
}
