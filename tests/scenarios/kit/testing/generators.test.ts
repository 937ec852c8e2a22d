import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { disturb } from '../../../../actors/faults/index.ts';
import { defineActor, ns, Simulation } from '../../../../engine/index.ts';
import { resolveParams } from '../../../../scenarios/kit/index.ts';
import {
  checkWorker,
  faultPlans,
  parameterSets,
  topologies,
  workloads,
} from '../../../../scenarios/kit/testing/index.ts';
import { ulysses } from '../../../../scenarios/ulysses/index.ts';
import { simulatedRuns } from './quick-works.ts';

const test = suite('generators of the kit');
const reserved = ['preset', 'seed', 'replications', 'backend'];
const seeds = { seed: 20261123, numRuns: 200 };

test('topologies have routes between all endpoints, workloads stay inside them', () => {
  fc.assert(
    fc.property(
      topologies().chain((topology) => fc.tuple(fc.constant(topology), workloads(topology.endpoints))),
      ([topology, { from, to, bytes }]) => {
        assert.ok(topology.endpoints >= 2 && topology.endpoints <= 16);
        const links = topology.route(from, to).map((link) => topology.links[link]);
        assert.ok(bytes > 0 && (from === to || links.length > 0) && links.every((link) => link !== undefined));
      },
    ),
    seeds,
  );
});

test('parameter sets are those the scenario accepts, from its schema alone', () => {
  const seen = new Set<unknown>();
  fc.assert(
    fc.property(parameterSets(ulysses, ['gpus', 'system', 'layers'], { base: { preset: 'quick' } }), (params) => {
      resolveParams(ulysses, params);
      seen.add(params.gpus);
    }),
    { ...seeds, numRuns: 100 },
  );
  assert.ok(seen.size > 5, [...seen].join(' '));
  assert.throws(() => parameterSets(ulysses, ['gpu5']), /unknown parameter 'gpu5'/);
});

test('fault plans end, and disturb as often as they say', () => {
  type Beat = { readonly type: 'on' } | { readonly type: 'off' };
  const target = defineActor<undefined, { depth: number }, Beat>({
    kind: 'target',
    init: () => ({ depth: 0 }),
    on: {
      on: (state) => void state.depth++,
      off: (state) => void state.depth--,
    },
  });
  fc.assert(
    fc.property(faultPlans(), (plan) => {
      const sim = new Simulation();
      const ref = sim.spawn('target', target, undefined);
      disturb(sim, 'faults', { ...plan, target: ref, begins: { type: 'on' }, ends: { type: 'off' } } as never);
      sim.run();
      assert.equal(sim.stateOf(ref), { depth: 0 });
      assert.ok(sim.elapsed >= ns(0));
    }),
    seeds,
  );
});

for (const { entry, scenario, runs } of await simulatedRuns(false))
  test(`a run in a worker equals one in this thread: ${entry.id}`, async () => {
    for (const { params } of runs) await checkWorker(scenario, params);
  });

test('every parameter of every scenario varies, or it is said in one line what it needs', async () => {
  let varied = 0;
  let refused = 0;
  for (const { entry, scenario } of await simulatedRuns(false))
    for (const { name } of scenario.fields.filter((field) => !reserved.includes(field.name)))
      try {
        for (const params of fc.sample(parameterSets(scenario, [name]), { seed: 20261123, numRuns: 2 })) {
          assert.equal(Object.keys(params), [name]);
          varied++;
        }
      } catch (error) {
        assert.is((error as { code: string }).code, 'TEST_REFUSED', `${entry.id} ${name}`);
        assert.match((error as Error).message, /refuses 200 combinations of parameters in a row, the last one: \w/);
        refused++;
      }
  assert.ok(varied > 500 && refused > 0, `${varied} ${refused}`);
});

test.run();
