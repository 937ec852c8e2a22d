import { SimError, type Simulation, savedClassOf, type World } from '../kernel/index.ts';
import { encodeGraph } from '../snapshots/graph.ts';
import { testingErrors } from './errors.ts';
import { deviatingNow, type OrderReport, type Outputs, orderReport } from './explore.ts';
import type { PendingEvent } from './exploring-queue.ts';

export interface TieOrdersOptions {
  /** Most runs; more throws TEST_TOO_MANY_ORDERS. Default 10 000. */
  readonly maxRuns?: number;
  /**
   * Whether handlers of two actors may touch something in common, besides sending messages. Default: when the state of either is no
   * plain data, since it may hold what others hold too, such as a resource.
   */
  readonly shares?: (a: string, b: string) => boolean;
  /** Leave out no order: to check the reduction itself. Default false. */
  readonly unreduced?: boolean;
}

/** A report over all orders. */
export interface TieOrdersReport extends OrderReport {
  /** Orders left unfinished because every way on was covered by another. */
  readonly pruned: number;
}

interface Choice {
  /** What could have run here, the tried ones first. */
  readonly ready: readonly PendingEvent[];
  taken: number;
  /** Ids that lead to nothing new here. */
  readonly sleep: Map<number, PendingEvent>;
}

/**
 * Runs a small model in every order of its ties and reports which outputs depend on it. Orders that differ only in events of actors that
 * share nothing are run once (sleep sets: Godefroid 1996). `build` sets the model up, `measure` runs after its end. Throws
 * TEST_TOO_MANY_ORDERS.
 */
export function exploreTieOrders<Sim extends Simulation>(
  build: () => Sim,
  measure: (sim: Sim) => Outputs,
  options: TieOrdersOptions = {},
): TieOrdersReport {
  const most = options.maxRuns ?? 10_000;
  const usualSim = build();
  usualSim.run();
  const usual = measure(usualSim);
  const path: Choice[] = [];
  const others: Array<{ seed: number; outputs: Outputs }> = [];
  let pruned = 0;
  for (let run = 1; ; run++) {
    if (run > most) throw testingErrors.create('TEST_TOO_MANY_ORDERS', { value: most });
    const outputs = runOnce(build, measure, path, options);
    if (outputs === undefined) pruned++;
    else others.push({ seed: run, outputs });
    while (path.length > 0 && !advance(path.at(-1) as Choice)) path.pop();
    if (path.length === 0) break;
  }
  return { ...orderReport(usual, others), pruned };
}

/** Moves a choice to its next untried alternative; false when there is none. What was tried sleeps from here on. */
function advance(choice: Choice): boolean {
  const tried = choice.ready[choice.taken] as PendingEvent;
  choice.sleep.set(tried.id, tried);
  const next = choice.ready.findIndex(({ id }) => !choice.sleep.has(id));
  choice.taken = next;
  return next >= 0;
}

function runOnce<Sim extends Simulation>(
  build: () => Sim,
  measure: (sim: Sim) => Outputs,
  path: Choice[],
  options: TieOrdersOptions,
): Outputs | undefined {
  let depth = 0;
  let isPruned = false;
  let sleep = new Map<number, PendingEvent>();
  const make = (world: World) => ({
    choose(ready: readonly PendingEvent[]): PendingEvent | undefined {
      let choice = path[depth];
      if (choice === undefined) {
        const taken = ready.findIndex(({ id }) => !sleep.has(id));
        if (taken < 0) {
          isPruned = true;
          return undefined;
        }
        choice = { ready: [...ready], taken, sleep: new Map(sleep) };
        path.push(choice);
      }
      depth++;
      const event = choice.ready[choice.taken] as PendingEvent;
      sleep = new Map();
      if (options.unreduced !== true)
        for (const [id, other] of choice.sleep)
          if (id !== event.id && areIndependent(world, event, other, options)) sleep.set(id, other);
      return ready.find(({ id }) => id === event.id) as PendingEvent;
    },
  });
  return deviatingNow(make, () => {
    try {
      const sim = build();
      sim.run();
      return isPruned ? undefined : measure(sim);
    } catch (error) {
      // An order that ends in an error is a finding; a pruned one may look like a deadlock.
      if (isPruned) return undefined;
      return { failure: error instanceof SimError ? error.code : String(error) };
    }
  });
}

/** Two events commute when different actors handle them and these touch nothing in common. */
function areIndependent(world: World, a: PendingEvent, b: PendingEvent, options: TieOrdersOptions): boolean {
  // Who has scheduled an event holds its handle and may cancel it.
  if (a.target === b.target || a.source === b.target || a.target === b.source) return false;
  const [left, right] = [world.cells[a.target], world.cells[b.target]];
  if (left === undefined || right === undefined) return false;
  if (options.shares !== undefined) return !options.shares(left.path, right.path);
  return isPlain(world.states[a.target]) && isPlain(world.states[b.target]);
}

function isPlain(state: unknown): boolean {
  try {
    // What has a class may be shared, even if a checkpoint knows how to save it.
    encodeGraph(state, '', (value) => {
      if (savedClassOf(value) !== undefined) throw new Error('shared');
      return undefined;
    });
    return true;
  } catch {
    return false;
  }
}
