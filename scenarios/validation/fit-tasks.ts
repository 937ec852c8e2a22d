import { decodeLaw, prefillLaw } from '../../actors/compute/attention-law.ts';
import { gemmLaw } from '../../actors/compute/gemm-law.ts';
import type { CollectiveOp } from '../../actors/network/collective-algorithms.ts';
import { clusterCandidates, leastTime, nodeCandidates } from '../../actors/network/collective-cost.ts';
import {
  type Fabric,
  loadFabric,
  loadNodeCollectives,
  type NodeCollectives,
} from '../../actors/presets/collectives/load.ts';
import { type GpuSpec, loadGpu } from '../../actors/presets/gpu/load.ts';
import type { TableRow } from './csv.ts';
import { dgxA100, megatronStep } from './megatron-step.ts';
import type { ValidationModel } from './model.ts';
import { decodeModel, prefillModel } from './models/attention.ts';
import { clusterCollectiveModel, collectiveOpOf, nodeCollectiveModel } from './models/collectives.ts';
import { gemmModel } from './models/gemm.ts';
import { vtrainModel, vtrainStep } from './models/megatron.ts';

/** Constants by name, in SI units. */
export type Constants = Readonly<Record<string, number>>;
/** Predicts seconds from constants; the row has been read already. */
export type Law = (constants: Constants) => number;

/** One set of constants and the rows it is fitted to. */
export interface FitTask {
  readonly name: string;
  readonly model: ValidationModel;
  readonly file: string;
  readonly device: string;
  /** Start values, all above zero: the search runs in their logarithms. */
  readonly start: Constants;
  /** Rows the constants are about; every row of the device by default. */
  accepts?(row: TableRow): boolean;
  law(row: TableRow): Law;
}

const A100 = 'A100-SXM4-80GB';
const H100 = 'H100-SXM-80GB';

const gpuOf = (device: string): GpuSpec => loadGpu(device === A100 ? 'a100-80gb' : 'h100-80gb');

const gemmTask = (device: string, start: Constants): FitTask => ({
  name: `gemm ${device}`,
  model: gemmModel,
  file: 'gemm_bf16.csv',
  device,
  start,
  law(row) {
    const gpu = gpuOf(device);
    const [m, n, k] = [row.count('m'), row.count('n'), row.count('k')];
    return (c) => gemmLaw(gpu, { ...gpu.gemm, ...c }, m, n, k, 1, 1).total;
  },
});

const prefillTask = (device: string, start: Constants): FitTask => ({
  name: `prefill ${device}`,
  model: prefillModel,
  file: 'attention_bf16.csv',
  device,
  start,
  law(row) {
    const gpu = gpuOf(device);
    const [h, b, s] = [row.count('heads_mha'), row.count('batch'), row.count('seq_or_kv_len')];
    return (c) => prefillLaw(gpu, { ...gpu.prefill, ...c }, h, h, b, s, 128, true).total;
  },
});

const nodeTask = (
  name: string,
  device: string,
  start: Constants,
  accepts: (row: TableRow) => boolean,
  apply: (node: NodeCollectives, c: Constants) => NodeCollectives,
): FitTask => ({
  name: `${name} ${device}`,
  model: nodeCollectiveModel,
  file: 'nccl_single_node.csv',
  device,
  start,
  accepts,
  law(row) {
    const node = loadNodeCollectives(device === A100 ? 'a100-80gb' : 'h100-80gb');
    const op = collectiveOpOf(row.text('op')) as CollectiveOp;
    const work = { op, ranks: row.count('ngpus'), bytes: row.positive('bytes') };
    return (c) => leastTime(nodeCandidates(apply(node, c), work));
  },
});

const isAllToAll = (row: TableRow) => row.text('op') === 'alltoall';
const isSwitchReduced = (row: TableRow) =>
  row.text('gpu') === H100 &&
  row.text('op') === 'all_reduce' &&
  row.count('ngpus') === 8 &&
  row.count('bytes') >= 2 ** 24;

const ringTask = (device: string, start: Constants): FitTask =>
  nodeTask(
    'ring',
    device,
    start,
    (row) => !isAllToAll(row) && !isSwitchReduced(row),
    ({ ring, allToAll, name }, c) => ({
      name,
      allToAll,
      ring: {
        ll: { ...ring.ll, ...strip(c, 'll.') },
        ll128: { ...ring.ll128, ...strip(c, 'll128.') },
        simple: { ...ring.simple, ...strip(c, 'simple.') },
        pair: c.pair ?? ring.pair,
      },
    }),
  );

const allToAllTask = (device: string, start: Constants): FitTask =>
  nodeTask('all-to-all', device, start, isAllToAll, (node, c) => ({
    ...node,
    allToAll: {
      small: { ...node.allToAll.small, ...strip(c, 'small.') },
      large: { ...node.allToAll.large, ...strip(c, 'large.') },
      pair: c.pair ?? node.allToAll.pair,
    },
  }));

function strip(constants: Constants, prefix: string): Constants {
  return Object.fromEntries(
    Object.entries(constants)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
}

/** Every fit behind a `fitted` constant of the presets. */
export const fitTasks: readonly FitTask[] = [
  gemmTask(A100, {
    steadyShare: 0.971,
    hbmShare: 0.72,
    launch: 3.89e-6,
    reduce: 2.06e-6,
    fillK: 346,
    l2Rate: 3.4e12,
  }),
  gemmTask(H100, {
    steadyShare: 0.943,
    hbmShare: 0.869,
    launch: 3.21e-6,
    reduce: 1.34e-6,
    fillK: 232,
    l2Rate: 18.2e12,
    clockLoss: 0.135,
    clockLossHalf: 0.39e12,
  }),
  prefillTask(A100, {
    launch: 10.2e-6,
    framework: 9.47,
    steadyShare: 0.505,
    fillColumns: 4,
    hbmShare: 0.83,
  }),
  prefillTask(H100, {
    launch: 10.2e-6,
    framework: 6.18,
    steadyShare: 0.596,
    fillColumns: 309,
    hbmShare: 0.617,
  }),
  {
    name: `decode ${A100}`,
    model: decodeModel,
    file: 'attention_bf16.csv',
    device: A100,
    start: {
      launch: 7.85e-6,
      floorPerToken: 0.0187e-6,
      floorLength: 492,
      wholeWave: 1.168,
      splitWave: 0.6448,
      halfWave: 0.6565,
      blend: 2.25,
      perHead: 16.4e-9,
      perHeadLong: 6.5e-9,
      perHeadToken: 0.156e-9,
      nearShare: 0.712,
      hbmShare: 0.86,
      cachedBytes: 500e6,
    },
    law(row) {
      const gpu = gpuOf(A100);
      const [h, b, s] = [row.count('heads_mha'), row.count('batch'), row.count('seq_or_kv_len')];
      return (c) => decodeLaw(gpu, { ...gpu.decode, ...c }, h, h, b, s, 128).total;
    },
  },
  ringTask(A100, {
    'll.base': 8.0e-6,
    'll.hop': 0.925e-6,
    'll.rate': 4.66e9,
    'll128.base': 10.6e-6,
    'll128.hop': 0.855e-6,
    'll128.rate': 85.9e9,
    'simple.base': 16.6e-6,
    'simple.hop': 0.303e-6,
    'simple.rate': 233e9,
    'simple.ramp': 9.22e-6,
    pair: 0.819,
  }),
  ringTask(H100, {
    'll.base': 4.55e-6,
    'll.hop': 0.79e-6,
    'll.rate': 13.3e9,
    'll128.base': 5.21e-6,
    'll128.hop': 0.883e-6,
    'll128.rate': 160e9,
    'simple.base': 10.1e-6,
    'simple.hop': 0.724e-6,
    'simple.rate': 360e9,
    'simple.ramp': 3.65e-6,
    pair: 0.74,
  }),
  allToAllTask(A100, {
    'small.base': 9.98e-6,
    'small.hop': 0.614e-6,
    'small.rate': 4.34e9,
    'large.base': 12.4e-6,
    'large.rate': 226e9,
    'large.ramp': 9.79e-6,
    pair: 0.828,
  }),
  allToAllTask(H100, {
    'small.base': 6.2e-6,
    'small.hop': 0.175e-6,
    'small.rate': 5.96e9,
    'large.base': 11.7e-6,
    'large.rate': 323e9,
    'large.ramp': 2.54e-6,
    pair: 0.915,
  }),
  nodeTask('switch', H100, { base: 65.4e-6, rate: 294e9 }, isSwitchReduced, ({ name, ring, allToAll, nvls }, c) => ({
    name,
    ring,
    allToAll,
    nvls: { base: 0, rate: 1, ranks: 5, ...nvls, ...c },
  })),
  {
    name: 'cluster A100 EFA',
    model: { ...clusterCollectiveModel, accepts: () => true },
    file: 'nccl_allreduce_multinode.csv',
    device: 'A100-80GB p4de.24xlarge EFA 4x100G',
    start: {
      'll.base': 156e-6,
      'll.nicShare': 0.0102,
      'll128.base': 214e-6,
      'll128.nicShare': 0.27,
      'simple.base': 732e-6,
      'simple.nicShare': 0.854,
      'simple.ramp': 9.5e-6,
    },
    law(row) {
      const node = loadNodeCollectives('a100-80gb');
      const nodes = row.count('nodes');
      const gpusPerNode = row.count('ngpus') / nodes;
      const bytes = row.positive('bytes');
      const base = loadFabric('efa-4x100');
      return (c) => {
        const fabric: Fabric = {
          ...base,
          ll: { ...base.ll, ...strip(c, 'll.') },
          ll128: { ...base.ll128, ...strip(c, 'll128.') },
          simple: { ...base.simple, ...strip(c, 'simple.') },
        };
        return leastTime(clusterCandidates({ node, fabric, gpusPerNode, nodes }, 'all-reduce', bytes));
      };
    },
  },
  {
    name: 'host floor',
    model: vtrainModel,
    file: 'vtrain_a100_iter_single.csv',
    device: 'A100',
    start: { forwardLayer: 590e-6, backwardLayer: 1960e-6, tensorParallelPass: 84e-6, microBatch: 2.1e-3 },
    law(row) {
      const step = vtrainStep(row);
      const machine = dgxA100();
      return (c) => megatronStep({ ...machine, host: { ...machine.host, ...c } }, step).total;
    },
  },
];
