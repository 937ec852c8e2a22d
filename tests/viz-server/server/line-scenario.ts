import { ns, pipeline, process, Simulation, through } from '../../../engine/index.ts';
import { defineScenario, param } from '../../../scenarios/index.ts';

/** Items that pass two stations: what changes when one of them is faster, or free, is plain arithmetic. */
export const scenario = defineScenario({
  id: 'line-test',
  title: 'Items on a line',
  paper: { title: 'none', reference: 'none' },
  params: {
    items: param.integer({ min: 1, max: 1_000_000, default: 10, describe: 'items' }),
    first: param.integer({ min: 1, max: 100, default: 2, describe: 'ns at the first station' }),
    second: param.integer({ min: 1, max: 100, default: 5, describe: 'ns at the second' }),
  },
  metrics: { makespan: { unit: 'ns', describe: 'end of the last' }, items: { unit: '', describe: 'items' } },
  presets: { quick: { describe: 'few', set: { items: 10 } } },
  run({ items, first, second }, { seed }) {
    const sim = new Simulation({ seed });
    const stages = [first, second].map((time, i) => ({ name: `s${i}`, time: ns(time), buffer: items + 1 }));
    const stations = pipeline<number>(sim, { name: 'line', stages });
    for (let i = 0; i < items; i++)
      sim.spawn(
        `item${i}`,
        process(function* item() {
          yield* through(stations, i);
        }),
        undefined,
      );
    sim.run();
    return { metrics: { makespan: sim.now / 1000, items }, events: sim.events, fingerprint: sim.fingerprint() };
  },
});
