import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { z } from 'zod';
import { defineScenario, isScenario, param, resolveParams, runScenario } from '../../../scenarios/index.ts';
import { describeScenario } from '../../../scenarios/kit/index.ts';
import { paramsToJson } from '../../../scenarios/kit/parameters.ts';
import { scenario as mm1 } from './mm1.ts';

const test = suite('defineScenario');

const base = {
  id: 'tiny',
  title: 'Tiny',
  paper: { title: '', reference: 'none' },
  params: {
    size: param.integer({ min: 1, max: 10, default: 2, describe: 'size' }),
    ratio: z.number().gt(0).max(1).default(0.5).describe('a plain zod schema'),
  },
  metrics: { area: { unit: '', describe: 'size squared' } },
  presets: { quick: { describe: 'small', set: { size: 1 } } },
  run: ({ size, ratio }: { readonly size: number; readonly ratio: number }) => ({
    metrics: { area: size * size * ratio },
    events: 1,
  }),
} as const;

test('the preset is applied first, explicit parameters override it', () => {
  const scenario = defineScenario(base);
  assert.is(resolveParams(scenario, {}).own.size, 2);
  assert.is(resolveParams(scenario, { preset: 'quick' }).own.size, 1);
  assert.is(resolveParams(scenario, { size: '7', preset: 'quick' }).own.size, 7);
  assert.is(resolveParams(mm1, { preset: 'busy' }).own.servers, 1, 'the first of the varied values');
});

test('a plain zod schema is a parameter too', () => {
  const scenario = defineScenario(base);
  assert.is(resolveParams(scenario, { ratio: '0.25' }).own.ratio, 0.25);
  assert.throws(() => resolveParams(scenario, { ratio: 0 }), /ratio=0: must be a number, above 0, up to 1/);
});

test('a text is free, or as its pattern says', () => {
  const scenario = defineScenario({
    ...base,
    params: {
      ...base.params,
      file: param.text({ default: '', describe: 'input', pattern: /^(\S+\.csv)?$/, patternText: 'must end in .csv' }),
    },
  });
  assert.is(resolveParams(scenario, { file: 'a=b.csv' }).own.file, 'a=b.csv');
  assert.throws(
    () => resolveParams(scenario, { file: 'a.txt' }),
    (error: Error) => error.message === 'file=a.txt: must end in .csv. Write for example file=.',
  );
});

test('checks across parameters name parameter, value, constraint and a valid neighbour', () => {
  assert.throws(
    () => resolveParams(mm1, { servers: 8, groups: 5 }),
    (error: Error) => error.message === 'groups=5: 8 servers must be divisible by groups. Use groups=4.',
  );
});

test('definitions are checked when they are made', () => {
  const refused = (change: Record<string, unknown>, text: RegExp): void =>
    assert.throws(() => defineScenario({ ...base, ...change } as never), text as never);
  refused({ id: 'Not An Id' }, /lower-case word/);
  refused({ presets: {} }, /has no preset 'quick'/);
  refused(
    { presets: { quick: { describe: '', set: { sise: 1 } } } },
    /unknown parameter 'sise'. Did you mean 'size'\?/,
  );
  refused({ params: { seed: base.params.size } }, /'seed' is reserved/);
  refused({ params: { size: z.number() } }, /has no description/);
  refused({ params: { size: z.array(z.number()).default([]).describe('x') } }, /no supported type/);
  for (const name of ['json', 'serve', 'trace', 'free', 'resume'])
    refused({ params: { [name]: base.params.size } }, new RegExp(`'${name}' is reserved`));
  const figure = { id: 'f', group: 'A', params: {}, metric: 'area', value: 1, source: '', tag: 'read', role: 'check' };
  refused({ figures: [{ ...figure, metric: 'volume' }] }, /metric 'volume'/);
  refused({ figures: [{ ...figure, params: { size: 11 } }] }, /size=11: must be a whole number, 1 to 10/);
  refused({ figures: [figure, figure] }, /two figures are called 'f'/);
  refused(
    { claims: [{ id: 'c', text: '', published: 1, source: '', pass: {}, how: async () => 1 }] },
    /passes at anything/,
  );
  refused({ targets: [{ id: 't', groups: ['Z'] }] }, /selects group 'Z'/);
});

test('a metric that is no value is a defect', async () => {
  const scenario = defineScenario({ ...base, run: () => ({ metrics: { area: Number.NaN }, events: 0 }) });
  try {
    await runScenario(scenario, resolveParams(scenario, {}));
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /metric area is NaN/);
  }
});

test('wrong names and types in a definition do not compile', () => {
  const definition = () =>
    defineScenario({
      ...base,
      // @ts-expect-error the metric is not declared
      run: () => ({ metrics: { volume: 1 }, events: 0 }),
      claims: [],
    });
  assert.type(definition, 'function');
});

test('equal inputs give equal reports apart from wallSeconds', async () => {
  const report = async () => {
    const { wallSeconds, ...rest } = await runScenario(mm1, resolveParams(mm1, { load: '90%', replications: 3 }));
    assert.ok(wallSeconds >= 0);
    return JSON.stringify(rest);
  };
  assert.is(await report(), await report());
});

test('parameters in a report can be given again', () => {
  const resolved = resolveParams(mm1, { service: '12.5ns', link: '25.3GB/s', window: '3K', load: '85%', audit: true });
  const again = resolveParams(mm1, paramsToJson(mm1, resolved) as never);
  assert.equal(again.own, resolved.own);
});

test('replications give means with Student intervals, the first with the seed itself', async () => {
  const seeds: number[] = [];
  const scenario = defineScenario({
    ...base,
    run: (_, { seed }) => {
      seeds.push(seed);
      return { metrics: { area: seeds.length }, events: 2 };
    },
  });
  const report = await runScenario(scenario, resolveParams(scenario, { replications: 5, seed: 7 }));
  assert.is(seeds[0], 7);
  assert.is(new Set(seeds).size, 5);
  assert.is(report.metrics.area, 3);
  assert.is(report.events, 10);
  const [low, high] = report.intervals.area as readonly [number, number];
  assert.ok(Math.abs(low - (3 - 2.7764451 * Math.sqrt(2.5 / 5))) < 1e-6);
  assert.ok(Math.abs(high + low - 6) < 1e-12);
});

test('describeScenario survives JSON', () => {
  const description = describeScenario(mm1);
  assert.equal(JSON.parse(JSON.stringify(description)), description);
  assert.equal(
    description.params.map((field) => field.name),
    mm1.fields.map((field) => field.name),
  );
  const load = description.params[0];
  assert.equal([load?.min, load?.minExcluded, load?.max, load?.default], [0, true, 1, 0.5]);
});

test('isScenario knows its own', () => {
  assert.ok(isScenario(mm1));
  assert.not.ok(isScenario({ id: 'mm1' }));
});

test.run();
