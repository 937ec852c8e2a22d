import type { ActorRef } from '../../engine/kernel/actor.ts';
import { Simulation } from '../../engine/kernel/simulation.ts';
import { type Duration, formatTime } from '../../engine/kernel/time.ts';
import type { ImportNote, RankWork, Workload } from '../../engine/trace/import/index.ts';
import { type GpuMessage, type GpuState, gpu } from '../compute/index.ts';
import { type CollectiveMessage, collectiveCosts, collectives, gpuCluster, network } from '../network/index.ts';
import { loadFabric, loadNodeCollectives } from '../presets/collectives/load.ts';
import { type GpuSpec, loadGpu } from '../presets/gpu/load.ts';
import { loadSystem, type SystemId, systemPresets } from '../presets/systems.ts';
import { type RankTimes, rankTimes, type Stretch } from './busy-time.ts';
import { workloadErrors } from './errors.ts';
import { exchangeDesk } from './exchange-desk.ts';
import { exchangesOf, replacedCollectives } from './exchanges.ts';
import { gpuOfDevice, type PriceSource, type PricingContext, priceNode } from './price-node.ts';
import { rankProgram, spanKind } from './rank-program.ts';

/** How a workload is replayed. */
export interface ReplayOptions {
  /** Where it runs; by default a system with the GPU it was recorded on, else `dgx-h100`. */
  readonly system?: SystemId | (string & {});
  /** Takes traced durations as they are, of collectives too. Default false. */
  readonly keepDurations?: boolean;
  /** Called with the simulation before it runs, for instance to record a trace. */
  readonly onStart?: (sim: Simulation) => void;
}

/** A rank of a replay beside its trace. */
export interface ReplayedRank extends RankTimes {
  readonly rank: number;
  /** The same of the trace, when it has times. */
  readonly traced: RankTimes | undefined;
}

/** What a replay gives. */
export interface Replay {
  readonly system: string;
  readonly gpu: string;
  readonly makespan: Duration;
  /** Of the trace: the longest of its ranks; undefined when it has no times. */
  readonly tracedMakespan: Duration | undefined;
  readonly ranks: readonly ReplayedRank[];
  /** Device time by how it was priced. */
  readonly priced: Readonly<Record<PriceSource, { readonly nodes: number; readonly time: Duration }>>;
  /** What was assumed, and warnings of the import. */
  readonly notes: readonly ImportNote[];
  readonly events: number;
}

/** Replays a workload on a system of the presets. Throws PRESET_UNKNOWN, REPLAY_EMPTY, REPLAY_STUCK. */
export function replayWorkload(workload: Workload, options: ReplayOptions = {}): Replay {
  if (workload.ranks.every(({ nodes }) => nodes.length === 0)) throw workloadErrors.create('REPLAY_EMPTY');
  const source = gpuOfDevice(workload.ranks.find(({ device }) => device !== undefined)?.device);
  const id = options.system ?? systemOf(source) ?? 'dgx-h100';
  const system = loadSystem(id);
  const target = loadGpu(system.gpu);
  const keepDurations = options.keepDurations === true;
  const context: PricingContext = { target, system, source, keepDurations };
  const topology = gpuCluster({
    nodes: Math.max(1, Math.ceil(workload.worldSize / system.gpusPerNode)),
    gpusPerNode: system.gpusPerNode,
    nvlink: { bandwidth: target.nvlink },
    nic: { bandwidth: target.nic },
  });
  const sim = new Simulation();
  const fabric = sim.spawn('network', network, { topology });
  const costs = collectiveCosts(loadNodeCollectives(system.gpu), loadFabric(system.fabric));
  const groups = new Map<string, ActorRef<CollectiveMessage>>();
  const groupOf = (key: string): ActorRef<CollectiveMessage> => {
    let group = groups.get(key);
    if (group === undefined) {
      const members = workload.groups.get(key)?.ranks ?? [0];
      group = sim.spawn(`group ${groups.size}`, collectives, { network: fabric, topology, members, costs });
      groups.set(key, group);
    }
    return group;
  };
  const exchanges = exchangesOf(workload, groupOf, keepDurations);
  const desk = sim.spawn('desk', exchangeDesk, { network: fabric, exchanges: exchanges.list });
  const priced: Record<PriceSource, { nodes: number; time: Duration }> = {
    ratio: { nodes: 0, time: 0 as Duration },
    model: { nodes: 0, time: 0 as Duration },
    bandwidth: { nodes: 0, time: 0 as Duration },
    kept: { nodes: 0, time: 0 as Duration },
  };
  const devices = workload.ranks.map((work, r) => {
    const { streams, ops } = rankProgram(
      work,
      (node) => {
        const price = priceNode(node, context);
        if (node.kind === 'compute' || node.kind === 'copy') {
          priced[price.source].nodes++;
          priced[price.source].time = (priced[price.source].time + price.duration) as Duration;
        }
        return price;
      },
      (node) => exchanges.ofNode[r]?.get(node),
      desk,
    );
    const device = sim.spawn(`rank${work.rank}`, gpu, { streams, record: true }) as ActorRef<GpuMessage>;
    sim.send(device, { type: 'submit', ops });
    return device;
  });
  options.onStart?.(sim);
  const { events } = sim.run();
  const states = devices.map((device) => sim.stateOf(device) as GpuState);
  requireDone(states, workload, sim);
  const ranks = states.map((state, r) => timesOf(state, workload.ranks[r] as RankWork));
  const traced = workload.ranks.flatMap(({ makespan }) => makespan ?? []);
  return {
    system: system.name,
    gpu: target.name,
    makespan: Math.max(...ranks.map(({ makespan }) => makespan)) as Duration,
    tracedMakespan: traced.length === 0 ? undefined : (Math.max(...traced) as Duration),
    ranks,
    priced,
    notes: [...workload.notes, ...assumptions(workload, context, exchanges.unpaired)],
    events,
  };
}

/** A system whose GPU is the one the trace was recorded on. */
function systemOf(gpu: GpuSpec | undefined): SystemId | undefined {
  if (gpu === undefined) return undefined;
  return (Object.keys(systemPresets) as SystemId[]).find((id) => systemPresets[id].gpu === gpu.id);
}

function timesOf(state: GpuState, work: RankWork): ReplayedRank {
  const compute: Stretch[] = [];
  const communication: Stretch[] = [];
  let end = 0;
  for (const span of state.spans ?? []) {
    if (!span.busy) continue;
    end = Math.max(end, span.end);
    const kind = spanKind(span.label);
    if (kind === 'compute' || kind === 'copy') compute.push(span);
    else if (kind === 'communication') communication.push(span);
  }
  return { rank: work.rank, ...rankTimes(end, compute, communication), traced: tracedTimes(work) };
}

function tracedTimes({ nodes, makespan }: RankWork): RankTimes | undefined {
  if (makespan === undefined) return undefined;
  const stretches = (kinds: readonly string[]): Stretch[] =>
    nodes.flatMap(({ kind, start, duration }) =>
      start !== undefined && kinds.includes(kind) ? [{ start, end: start + duration }] : [],
    );
  return rankTimes(makespan, stretches(['compute', 'copy']), stretches(['communication']));
}

function requireDone(states: readonly GpuState[], workload: Workload, sim: Simulation): void {
  const stuck = states.flatMap((state, r) => {
    if (state.placed.size === 0) return [];
    const running = state.streams.find((stream) => stream.running !== undefined)?.running;
    return [`rank ${workload.ranks[r]?.rank} ${running === undefined ? 'waits' : `in '${running.label}'`}`];
  });
  if (stuck.length === 0) return;
  const more = stuck.length > 4 ? ` and ${stuck.length - 4} more` : '';
  throw workloadErrors.create('REPLAY_STUCK', {
    at: formatTime(sim.now),
    where: `${stuck.slice(0, 4).join(', ')}${more}`,
  });
}

function assumptions(
  workload: Workload,
  { source, target, keepDurations }: PricingContext,
  unpaired: number,
): ImportNote[] {
  const texts: string[] = [];
  if (keepDurations) texts.push('durations are those of the trace; collectives take what their quickest member saw');
  else if (source === undefined)
    texts.push(
      'the trace names no device that is known: work with a shape is priced by the model of the target, other work keeps its traced duration',
    );
  else if (source.id === target.id)
    texts.push(`recorded on ${source.name}, the same GPU: work keeps its traced durations`);
  else
    texts.push(
      `recorded on ${source.name}: work with a shape takes its traced duration times model(${target.name}) / model(${source.name}), other work is scaled by memory bandwidth`,
    );
  texts.push('host work and runtime calls keep their traced durations; all ranks start together');
  texts.push(`ranks are placed on nodes in order`);
  if (unpaired > 0) texts.push(`${unpaired} messages have no partner and are sent without one`);
  const replaced = new Set<string>();
  if (!keepDurations) for (const { nodes } of workload.ranks) replacedCollectives(nodes, replaced);
  return [...texts, ...replaced].map((text) => ({ code: '', text }));
}
