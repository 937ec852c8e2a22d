import type { AnyStateNode } from 'xstate';
import type { Duration } from '../kernel/index.ts';
import type { Chart } from './chart.ts';
import type { Plan } from './configuration.ts';

export interface StateCoverage {
  readonly id: string;
  /** Times it was entered, over all instances. */
  readonly entered: number;
  /** Virtual time spent in it, over all instances. */
  readonly time: Duration;
}

export interface TransitionCoverage {
  readonly index: number;
  readonly source: string;
  /** Event descriptor; empty for `always`. */
  readonly event: string;
  readonly targets: readonly string[];
  readonly taken: number;
}

/** What a run did with a machine, as data. */
export interface CoverageReport {
  readonly states: readonly StateCoverage[];
  readonly transitions: readonly TransitionCoverage[];
  /** Share of the states that were entered, history states not counted. */
  readonly stateRatio: number;
  /** Share of the transitions that were taken. */
  readonly transitionRatio: number;
}

/** What coverage needs of an instance. */
interface Instance {
  readonly configuration: number;
}

/** Counts states, transitions and virtual time of all instances of one chart in one run. */
export class Coverage {
  readonly #chart: Chart;
  /** By configuration: instances that started there. */
  readonly #started: number[] = [];
  /** By plan. */
  readonly #taken: number[] = [];
  /** By configuration, in picoseconds. */
  readonly #time: number[] = [];
  readonly #since = new Map<Instance, number>();

  constructor(chart: Chart) {
    this.#chart = chart;
  }

  /** An instance starts in `configuration`. */
  enter(configuration: number): void {
    this.#started[configuration] = (this.#started[configuration] ?? 0) + 1;
  }

  take(plan: Plan): void {
    this.#taken[plan.index] = (this.#taken[plan.index] ?? 0) + 1;
  }

  /** Something is about to happen to the instance at `now`: it was in its configuration until here. */
  advance(instance: Instance, now: Duration): void {
    const since = this.#since.get(instance) ?? now;
    const { configuration } = instance;
    this.#time[configuration] = (this.#time[configuration] ?? 0) + (now - since);
    this.#since.set(instance, now);
  }

  /** The instance ended at `now`: no more time is counted. */
  end(instance: Instance, now: Duration): void {
    this.advance(instance, now);
    this.#since.delete(instance);
  }

  /** What was covered until `now`. */
  report(now: Duration): CoverageReport {
    for (const instance of this.#since.keys()) this.advance(instance, now);
    const entered = new Map<AnyStateNode, number>();
    const count = (nodes: Iterable<AnyStateNode>, times: number) => {
      for (const node of nodes) entered.set(node, (entered.get(node) ?? 0) + times);
    };
    const { configurations, plans, definition } = this.#chart;
    const time = new Map<AnyStateNode, number>();
    for (const { id, nodes } of configurations) {
      count(nodes, this.#started[id] ?? 0);
      for (const node of nodes) time.set(node, (time.get(node) ?? 0) + (this.#time[id] ?? 0));
    }
    const taken = definition.transitions.map(() => 0);
    for (const plan of plans) {
      const times = this.#taken[plan.index] ?? 0;
      count(plan.entered, times);
      for (const { index } of plan.transitions) taken[index] = (taken[index] ?? 0) + times;
    }
    const states = [...definition.nodes.keys()]
      .filter((node) => node.type !== 'history')
      .map((node) => ({ id: node.id, entered: entered.get(node) ?? 0, time: (time.get(node) ?? 0) as Duration }));
    const transitions = definition.transitions.map(({ index, source, event, move }) => ({
      index,
      source: source.id,
      event,
      targets: (move.target ?? []).map((node) => node.id),
      taken: taken[index] ?? 0,
    }));
    return {
      states,
      transitions,
      stateRatio: share(states.map((state) => state.entered)),
      transitionRatio: share(transitions.map((transition) => transition.taken)),
    };
  }
}

function share(counts: readonly number[]): number {
  return counts.length === 0 ? 1 : counts.filter((count) => count > 0).length / counts.length;
}
