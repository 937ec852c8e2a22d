import { convInputs, layerTable } from '../../actors/cnn/index.ts';
import type { Draw, Invariant, ParamsInput } from '../kit/index.ts';
import type { MetricName } from './metrics.ts';
import { codecNames, type params, unlimited } from './params.ts';

type CometInvariant = Invariant<typeof params, MetricName>;
type Input = ParamsInput<typeof params>;

const networks = ['alexnet', 'vgg16', 'resnet18'] as const;
const gpus = ['v100', 'rtx5000', 'a100', 'titanx'] as const;

/** Small samples: what is asked here does not depend on their size. */
const drawn = (draw: Draw): Input & { readonly network: (typeof networks)[number]; readonly batch: number } => ({
  network: draw.pick(networks),
  gpu: draw.pick(gpus),
  batch: draw.integer(1, 512),
  codec: draw.pick(codecNames),
  computeModel: draw.pick(['roofline', 'flat']),
  overlap: draw.pick([true, false]),
  sampleElements: 4096,
});

const endless: Input = {
  computeModel: 'flat',
  codebookSeconds: 0,
  dualQuantBytesPerSecond: unlimited,
  outlierGatherBytesPerSecond: unlimited,
  histogramBytesPerSecond: unlimited,
  huffEncodeBytesPerSecond: unlimited,
  huffDecodeBytesPerSecond: unlimited,
  outlierScatterBytesPerSecond: unlimited,
  reconstructBytesPerSecond: unlimited,
};

/** Properties over random parameters. */
export const invariants: readonly CometInvariant[] = [
  {
    id: 'never faster than plain',
    text: 'overhead is at least 0, and 0 when every stage is endlessly fast',
    draw: drawn,
    runs: 40,
    holds: async (input, run) => {
      const found = (await run(input)).number('overheadFraction');
      if (found < 0) return `overhead ${found}`;
      const free = (await run({ ...input, codec: 'comet', ...endless })).number('overheadFraction');
      return Math.abs(free) < 1e-9 || `overhead ${free} with endless stages`;
    },
  },
  {
    id: 'peak',
    text: 'compression never raises the peak by more than its largest staging and container',
    draw: drawn,
    runs: 40,
    holds: async (input, run) => {
      const [plain, packed] = [await run({ ...input, codec: 'none' }), await run({ ...input, codec: 'comet' })];
      const largest = Math.max(...convInputs(layerTable(input.network as 'alexnet')).map(({ values }) => 4 * values));
      const room = 1.5 * largest * Number(input.batch);
      const [was, is] = [plain.number('peakMemoryBytes'), packed.number('peakMemoryBytes')];
      return is <= was + room || `${is} against ${was}`;
    },
  },
  {
    id: 'raw size',
    text: 'raw size is 4 bytes x batch x values of the layer table, stored size never more',
    draw: drawn,
    runs: 40,
    holds: async (input, run) => {
      const result = await run(input);
      const values = convInputs(layerTable(input.network as 'alexnet')).reduce((sum, tensor) => sum + tensor.values, 0);
      if (result.number('convInputBytes') !== 4 * Number(input.batch) * values) return 'another raw size';
      return result.number('activationRatio') >= 1 || 'stored more than raw';
    },
  },
  {
    id: 'largest batch',
    text: 'the largest batch fits and one more image does not',
    draw: (draw) => ({ ...drawn(draw), gpu: draw.pick(['v100', 'titanx']), batch: 1 }),
    runs: 30,
    holds: async (input, run) => {
      const most = (await run(input)).number('maxBatch');
      if (most < 1 || most >= 8192) return true;
      const over = async (batch: number) => (await run({ ...input, batch })).flag('outOfMemory');
      if (await over(most)) return `${most} does not fit`;
      return (await over(most + 1)) || `${most + 1} fits as well`;
    },
  },
  {
    id: 'overlap',
    text: 'migration beside computation is between plain and serial migration',
    draw: drawn,
    runs: 30,
    holds: async (input, run) => {
      const seconds = async (overlap: boolean) =>
        (await run({ ...input, codec: 'migrate', overlap })).number('iterationSeconds');
      const plain = (await run(input)).number('baselineSeconds');
      const [beside, serial] = [await seconds(true), await seconds(false)];
      return (plain <= beside * (1 + 1e-9) && beside <= serial * (1 + 1e-9)) || `${plain}, ${beside}, ${serial}`;
    },
  },
  {
    id: 'batch',
    text: 'the batch changes the ratio by less than 1 %; a larger one never lowers images per second',
    draw: (draw) => ({ ...drawn(draw), codec: 'comet', computeModel: 'roofline', batch: draw.integer(4, 256) }),
    runs: 30,
    holds: async (input, run) => {
      const [one, two] = [await run(input), await run({ ...input, batch: 2 * Number(input.batch) })];
      const change = two.number('activationRatio') / one.number('activationRatio') - 1;
      if (Math.abs(change) > 0.01) return `ratio changed by ${change}`;
      return two.number('imagesPerSecond') >= one.number('imagesPerSecond') || 'fewer images per second';
    },
  },
  {
    id: 'codec speed',
    text: 'twice as fast stages halve the time of the codec without its fixed cost',
    draw: (draw) => ({ ...drawn(draw), codec: 'comet' }),
    runs: 30,
    holds: async (input, run) => {
      const speed = (factor: number): Input => ({
        codebookSeconds: 0,
        dualQuantBytesPerSecond: factor * 200e9,
        outlierGatherBytesPerSecond: factor * 150e9,
        histogramBytesPerSecond: factor * 350e9,
        huffEncodeBytesPerSecond: factor * 60e9,
        huffDecodeBytesPerSecond: factor * 40e9,
        outlierScatterBytesPerSecond: factor * 300e9,
        reconstructBytesPerSecond: factor * 60e9,
      });
      const seconds = async (factor: number) => (await run({ ...input, ...speed(factor) })).number('codecSeconds');
      const quotient = (await seconds(1)) / (await seconds(2));
      return Math.abs(quotient - 2) < 1e-6 || `quotient ${quotient}`;
    },
  },
  {
    id: 'ratio',
    text: 'density up, ratio down; a looser bound, ratio up; a larger fixed ratio never raises peak or stored bytes',
    draw: (draw) => ({ ...drawn(draw), codec: 'comet', ratioOverride: draw.real(1, 16) }),
    runs: 30,
    holds: async (input, run) => {
      const ratio = async (set: Input) => (await run({ ...input, ratioOverride: 0, ...set })).number('activationRatio');
      const [thin, middle, full] = [
        await ratio({ activationDensity: 0.2 }),
        await ratio({ activationDensity: 0.35 }),
        await ratio({ activationDensity: 0.5 }),
      ];
      if (!(thin > middle && middle > full)) return `${thin}, ${middle}, ${full} at densities 0.2, 0.35, 0.5`;
      if (!((await ratio({ sigmaFraction: 0.1 })) > (await ratio({})))) return 'a looser bound costs more';
      const [less, more] = [await run(input), await run({ ...input, ratioOverride: 2 * Number(input.ratioOverride) })];
      for (const metric of ['peakMemoryBytes', 'activationBytes'] as const)
        if (more.number(metric) > less.number(metric)) return `${metric} rose`;
      return true;
    },
  },
  {
    id: 'filter',
    text: 'dual quantisation needs no zero filter; without zeros a bitmap saves nothing',
    draw: drawn,
    runs: 30,
    holds: async (input, run) => {
      const bytes = async (set: Input) => (await run({ ...input, ...set })).number('activationBytes');
      const dual: Input = { codec: 'comet' };
      if ((await bytes(dual)) !== (await bytes({ ...dual, zeroFilter: true }))) return 'the filter changed the size';
      const full = await run({ ...input, codec: 'lossless', activationDensity: 1 });
      return full.number('activationRatio') === 1 || `ratio ${full.number('activationRatio')}`;
    },
  },
];
