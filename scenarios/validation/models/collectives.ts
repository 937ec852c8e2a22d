import type { CollectiveOp } from '../../../actors/network/collective-algorithms.ts';
import { clusterCollective, nodeCollective } from '../../../actors/network/collective-cost.ts';
import {
  isSwitched,
  loadFabric,
  loadNodeCollectives,
  type SwitchedGpuId,
  switchedDomains,
  switchedGpuIds,
} from '../../../actors/presets/collectives/load.ts';
import { loadGpu } from '../../../actors/presets/gpu/load.ts';
import { gpuIdOf, noPreset } from '../../../actors/presets/gpu/names.ts';
import { toSeconds } from '../../../engine/kernel/time.ts';
import type { TableRow } from '../csv.ts';
import { type LeftOut, leftOut, type ValidationModel } from '../model.ts';

/** Operations by the names of nccl-tests, without what joins their words. */
const ops: Readonly<Record<string, CollectiveOp>> = {
  allreduce: 'all-reduce',
  allgather: 'all-gather',
  reducescatter: 'reduce-scatter',
  alltoall: 'all-to-all',
  broadcast: 'broadcast',
  reduce: 'reduce',
};

/** The operation a table names, however it joins the words; undefined for one without a law. */
export function collectiveOpOf(name: string): CollectiveOp | undefined {
  return ops[name.toLowerCase().replace(/[^a-z]/g, '')];
}

/** One sentence about a card without a switch. */
export function noSwitch(device: string): string {
  return `no constants for collectives among '${device}': its nodes have no switch between all GPUs; known are ${switchedGpuIds.join(', ')}`;
}

const noOp = (name: string): LeftOut =>
  leftOut(`no law for the operation '${name}'; known are ${Object.values(ops).join(', ')}`);

const tooMany = (ranks: number, device: string, id: SwitchedGpuId): LeftOut =>
  leftOut(`${ranks} ranks on one node of '${device}': at most ${switchedDomains[id].value} share a switch`);

/** Collectives among the GPUs of one NVSwitch node. */
export const nodeCollectiveModel: ValidationModel = {
  id: 'collective-node',
  title: 'collectives on one node',
  limits:
    'H100 all-to-all below 64 KiB (two modes, to 50 %); other versions of NCCL; nodes without a switch between all GPUs; ranks that do not start together.',
  columns: ['gpu', 'op', 'ngpus', 'bytes', 'time_us'],
  accepts: (row) => !row.has('nodes') || row.text('nodes') === '1',
  about: 'rows of one node',
  device: (row) => row.text('gpu'),
  measured: (row) => row.positive('time_us') * 1e-6,
  predict(row) {
    const device = row.text('gpu');
    const id = gpuIdOf(device);
    const op = collectiveOpOf(row.text('op'));
    if (id === undefined) return leftOut(noPreset(device));
    if (!isSwitched(id)) return leftOut(noSwitch(device));
    if (op === undefined) return noOp(row.text('op'));
    const ranks = row.count('ngpus');
    if (ranks > switchedDomains[id].value) return tooMany(ranks, device, id);
    const work = { op, ranks, bytes: row.positive('bytes') };
    return toSeconds(nodeCollective(loadNodeCollectives(id), work));
  },
  group: (row) => `${row.text('op')} ${row.text('ngpus')} ${row.text('bytes')}`,
};

/** Collectives over several nodes. */
export const clusterCollectiveModel: ValidationModel = {
  id: 'collective-cluster',
  title: 'collectives over several nodes, from 64 MiB',
  limits:
    'any fabric but EFA and any operation but all-reduce (no rows); more than two nodes; a fabric that others use too.',
  columns: ['system', 'op', 'ngpus', 'nodes', 'bytes', 'time_us'],
  accepts: (row) => row.positive('bytes') >= 2 ** 26,
  about: 'rows from 64 MiB',
  device: (row) => row.text('system'),
  measured: (row) => row.positive('time_us') * 1e-6,
  predict: predictCluster,
  group: (row) => row.text('bytes'),
};

/** The same below 64 MiB, where the version of the library matters more than the wires. */
export const smallClusterCollectiveModel: ValidationModel = {
  ...clusterCollectiveModel,
  id: 'collective-cluster-small',
  title: 'collectives over several nodes, below 64 MiB',
  limits:
    'any fabric but EFA: latencies are assumed; other versions of NCCL move these sizes by a factor of 1.4 to 1.7.',
  accepts: (row) => row.positive('bytes') < 2 ** 26,
  about: 'rows below 64 MiB',
};

/** GB/s of network for each GPU of the AWS instances whose cards a name may leave out. */
const efaInstances: ReadonlyArray<readonly [RegExp, number]> = [
  [/\bp4de?\b/i, 6.25],
  [/\bp5(e|en)?\b/i, 50],
];

function predictCluster(row: TableRow): number | LeftOut {
  const system = row.text('system');
  const id = gpuIdOf(system);
  const op = collectiveOpOf(row.text('op'));
  if (id === undefined) return leftOut(noPreset(system));
  if (!isSwitched(id)) return leftOut(noSwitch(system));
  if (op === undefined || op === 'broadcast' || op === 'reduce') return noOp(row.text('op'));
  if (/\b(tcp|ethernet|\d+ ?gbe)\b/i.test(system))
    return leftOut(`no model of TCP between the nodes of '${system}'; known are EFA and InfiniBand`);
  const nodes = row.count('nodes');
  const gpusPerNode = row.count('ngpus') / nodes;
  if (gpusPerNode > switchedDomains[id].value) return tooMany(gpusPerNode, system, id);
  const isEfa = /EFA/i.test(system);
  const cards = /(\d+)\s*x\s*(\d+)\s*G/i.exec(system);
  const instance = isEfa ? efaInstances.find(([pattern]) => pattern.test(system))?.[1] : undefined;
  const nic =
    cards !== null
      ? (Number(cards[1]) * Number(cards[2]) * 0.125e9) / gpusPerNode
      : instance === undefined
        ? loadGpu(id).nic
        : instance * 1e9;
  const fabric = { ...loadFabric(isEfa ? 'efa-4x100' : 'infiniband-hdr'), nic };
  return toSeconds(
    clusterCollective({ node: loadNodeCollectives(id), fabric, gpusPerNode, nodes }, op, row.positive('bytes')),
  );
}
