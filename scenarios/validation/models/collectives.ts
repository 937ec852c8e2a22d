import type { CollectiveOp } from '../../../actors/network/collective-algorithms.ts';
import { clusterCollective, nodeCollective } from '../../../actors/network/collective-cost.ts';
import { loadFabric, loadNodeCollectives } from '../../../actors/presets/collectives/load.ts';
import { toSeconds } from '../../../engine/kernel/time.ts';
import type { TableRow } from '../csv.ts';
import { gpuIdOf } from '../device-names.ts';
import type { ValidationModel } from '../model.ts';

/** Operations by the names of nccl-tests. */
export const collectiveOps: Readonly<Record<string, CollectiveOp>> = {
  all_reduce: 'all-reduce',
  all_gather: 'all-gather',
  reduce_scatter: 'reduce-scatter',
  alltoall: 'all-to-all',
  broadcast: 'broadcast',
  reduce: 'reduce',
};

/** Collectives among the GPUs of one NVSwitch node. */
export const nodeCollectiveModel: ValidationModel = {
  id: 'collective-node',
  title: 'collectives on one node',
  limits:
    'H100 all-to-all below 64 KiB (two modes, to 50 %); other versions of NCCL; nodes without a switch between all GPUs; ranks that do not start together.',
  columns: ['gpu', 'op', 'ngpus', 'bytes', 'time_us'],
  accepts: (row) => !row.has('nodes') || row.text('nodes') === '1',
  device: (row) => row.text('gpu'),
  measured: (row) => row.positive('time_us') * 1e-6,
  predict(row) {
    const id = gpuIdOf(row.text('gpu'));
    const op = collectiveOps[row.text('op').replace('all_to_all', 'alltoall')];
    if (id === undefined || op === undefined) return undefined;
    const work = { op, ranks: row.count('ngpus'), bytes: row.positive('bytes') };
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
};

function predictCluster(row: TableRow): number | undefined {
  const system = row.text('system');
  const id = gpuIdOf(system);
  const op = collectiveOps[row.text('op')];
  if (id === undefined || op === undefined || op === 'broadcast' || op === 'reduce') return undefined;
  const nodes = row.count('nodes');
  const gpusPerNode = row.count('ngpus') / nodes;
  const base = loadFabric(/EFA/i.test(system) ? 'efa-4x100' : 'infiniband-hdr');
  const cards = /(\d+)\s*x\s*(\d+)\s*G/i.exec(system);
  const nic = cards === null ? base.nic : (Number(cards[1]) * Number(cards[2]) * 0.125e9) / gpusPerNode;
  const cluster = { node: loadNodeCollectives(id), fabric: { ...base, nic }, gpusPerNode, nodes };
  return toSeconds(clusterCollective(cluster, op, row.positive('bytes')));
}
