import { setupOf } from '../../../../scenarios/heat/setup.ts';
import { simulateHeat } from '../../../../scenarios/heat/simulate.ts';
import { type ParamsInput, resolveParams } from '../../../../scenarios/kit/index.ts';
import { metricsOf, type Work } from '../../../../scenarios/kit/testing/index.ts';
import { registry } from '../../../../scenarios/registry.ts';

/** Scenarios whose quick preset makes no simulation, so that there is nothing to check. */
const unsimulated: readonly string[] = ['comet', 'reram'];

/** Quick presets that train networks for most of a minute around one simulation: its simulation without the training. */
const instead: Readonly<Record<string, ParamsInput>> = { haloc: { preset: 'dense' } };

/** What every scenario simulates at its quick preset; `short` leaves out most rounds of the one with millions of events. */
export async function quickWorks(short: boolean): Promise<ReadonlyMap<string, Work>> {
  const works = new Map<string, Work>();
  for (const { id, load } of registry) {
    if (unsimulated.includes(id)) continue;
    const scenario = await load();
    const params = instead[id] ?? { preset: 'quick' };
    if (id !== 'heat') works.set(id, metricsOf(scenario, params));
    else {
      // The scenario keeps the results of equal simulations; here each must run.
      const fewer = short ? { warmupRounds: 1, sampleRounds: 2 } : {};
      const setup = setupOf(resolveParams(scenario, { ...params, ...fewer }).own as never);
      works.set(id, async () => {
        const { spans: _, waits, fingerprint: __, events: ___, ...numbers } = await simulateHeat(setup);
        return { ...flat(numbers), ...flat(waits) };
      });
    }
  }
  return works;
}

function flat(values: object): Record<string, number | string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'number' ? value : JSON.stringify(value)]),
  );
}
