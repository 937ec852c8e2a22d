import { formatTime, Simulation } from '../../engine/index.ts';
import type { ParamShape, ParamsOf, RunContext, RunOutcome, SimulatedMechanism } from './scenario.ts';

/** Wall time after which a run lets progress, signals and sockets through. */
const sliceMs = 40;

/** Makes a `run` of a mechanism's actors: one simulation, run in slices to its end, measured and fingerprinted with its metrics. */
export function simulate<Shape extends ParamShape, Metric extends string, Built>(
  mechanism: SimulatedMechanism<Shape, Metric, Built>,
): (params: ParamsOf<Shape>, context: RunContext) => Promise<RunOutcome<Metric>> {
  return async (params, context) => {
    const sim = new Simulation({ ...mechanism.simulation?.(params), seed: context.seed });
    const built = mechanism.build(sim, params, context);
    const until = mechanism.until?.(params);
    const wallBudget = { ms: sliceMs, clock: () => performance.now() };
    const options = until === undefined ? { wallBudget } : { wallBudget, until };
    while (sim.run(options).end === 'wallBudget') {
      context.progress(
        until === undefined ? Number.NaN : sim.elapsed / until,
        `${sim.events} events, ${formatTime(sim.now, sim.resolution)}`,
      );
      await new Promise((resume) => setImmediate(resume));
    }
    const metrics = mechanism.measure(built, params, sim);
    return { metrics, events: sim.events, fingerprint: sim.fingerprint(numbersOf(metrics)) };
  };
}

function numbersOf(metrics: Readonly<Record<string, unknown>>): Record<string, number> {
  const numbers: Record<string, number> = {};
  for (const [name, value] of Object.entries(metrics))
    if (typeof value === 'number' || typeof value === 'boolean') numbers[name] = Number(value);
  return numbers;
}
