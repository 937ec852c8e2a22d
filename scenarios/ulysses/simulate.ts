import {
  type GpuMessage,
  type GpuState,
  gpu,
  type Span,
  type StreamTimes,
  timesAt,
} from '../../actors/compute/index.ts';
import { type DeviceMemoryState, deviceMemory } from '../../actors/memory/index.ts';
import {
  type FlowRequest,
  gpuCluster,
  type NetworkState,
  network,
  networkUse,
  type Topology,
  type TopologyLink,
} from '../../actors/network/index.ts';
import type { ActorRef } from '../../engine/kernel/actor.ts';
import { bytes, bytesPerSecond } from '../../engine/kernel/quantities.ts';
import { Simulation } from '../../engine/kernel/simulation.ts';
import {
  type Duration,
  NO_TIME,
  type Resolution,
  type Time,
  timeToSeconds,
  toSeconds,
} from '../../engine/kernel/time.ts';
import { type RankClass, rankClasses } from './cast.ts';
import { streamNames } from './chunk.ts';
import { type CollectiveServiceState, collectiveService } from './collective-service.ts';
import { type Collective, type CollectiveName, collectivesOf, type GroupKind, groupsOf } from './collectives.ts';
import { executedFlops } from './flops.ts';
import { loads, nodeCount } from './layout.ts';
import { type MemoryTag, memoryPlan } from './memory.ts';
import type { WorkerMessage } from './numerics/worker.ts';
import type { Platform } from './platform.ts';
import { pricesOf } from './prices.ts';
import { chunkAt, chunkCount, type Program, programOf } from './program.ts';
import { type CollectivePort, isComplete, type RankMessage, type RankState, rank } from './rank.ts';
import { ranksPerNode, type Setup } from './setup.ts';

/** Real tensors for scope numerics: spawns the arithmetic of a rank, and introduces the workers to each other. */
export interface Arithmetic {
  spawn(sim: Simulation, rank: number): ActorRef<WorkerMessage>;
  meet(sim: Simulation, workers: readonly ActorRef<WorkerMessage>[]): void;
  /** Reads the results after the run. */
  collect(sim: Simulation, workers: readonly ActorRef<WorkerMessage>[]): void;
}

export interface SimulateOptions {
  readonly seed?: number;
  /** Bytes of device memory that may be used. */
  readonly usable: number;
  /** Simulates every rank instead of one of each class of ranks that behave alike. Default false. */
  readonly full?: boolean;
  /** Keeps every span and allocation of the reported rank. Default false. */
  readonly record?: boolean;
  readonly arithmetic?: Arithmetic;
}

/** Bytes that one GPU sent in all collectives of one name, averaged over the ranks of a group; as planned when the run ended early. */
export interface Sent {
  readonly onNode: number;
  readonly offNode: number;
}

/** What a simulation of one iteration gives. */
export interface Outcome {
  /** From the first to the last instant; meaningless after out of memory. */
  readonly seconds: number;
  /** The last chunk of it: exchange of gradients or states, and the update. */
  readonly updateSeconds: number;
  readonly outOfMemory: boolean;
  /** Streams of the busiest rank: busy time and waits by label. */
  readonly streams: readonly StreamTimes[];
  readonly memory: DeviceMemoryState;
  readonly sent: ReadonlyMap<CollectiveName, Sent>;
  /** Streams of every simulated rank. */
  readonly allStreams: readonly (readonly StreamTimes[])[];
  /** Bytes carried by all outgoing and, in a full simulation, all incoming links of a kind. */
  readonly carried: Sent;
  readonly received: Sent;
  readonly spans: readonly Span[];
  readonly ranks: number;
  readonly events: number;
  readonly fingerprint: string;
}

/** Share of peak that a long iteration reaches at least, for the choice of the tick. */
const SLOW = 0.01;
/** Seconds from which ticks of a nanosecond are used; a picosecond reaches 2.5 hours. */
const LONG = 8000;

const kinds: readonly GroupKind[] = ['heads', 'ring', 'sequence', 'replicas', 'all'];

/** Simulates one iteration of `setup` on `platform`. */
export function simulate(setup: Setup, platform: Platform, options: SimulateOptions): Outcome {
  const resolution: Resolution =
    executedFlops(setup) / (setup.gpus * platform.gpu.tensorPeak * SLOW) > LONG ? 'ns' : 'ps';
  const sim = new Simulation({ seed: options.seed ?? 1, resolution });
  const plan = memoryPlan(setup);
  const collectives = collectivesOf(setup, platform);
  const program = programOf({
    setup,
    prices: pricesOf(setup, platform),
    memory: plan,
    has: (name) => collectives.has(name),
  });
  const cast = options.full === true ? fullCast(setup, platform, collectives) : classCast(setup, platform, collectives);
  const fabric = sim.spawn('network', network, { topology: cast.topology, resolution });
  const ports = cast.ranks.map((): Partial<Record<CollectiveName, CollectivePort>> => ({}));
  const services = cast.services.map((service) => {
    const ref = sim.spawn(service.name, collectiveService, {
      network: fabric,
      members: service.members.length,
      plans: service.plans,
    });
    service.plans.forEach(({ name }, request) => {
      for (const member of service.members)
        (ports[member] as Record<string, CollectivePort>)[name] = { service: ref, request };
    });
    return ref;
  });
  const permanent = (['runtime', 'states', 'positions', 'zeroBuffers'] as const satisfies readonly MemoryTag[])
    .map((tag) => ({ tag, bytes: plan[tag] }))
    .filter((allocation) => allocation.bytes > 0);
  const members = cast.ranks.map((id, i) => {
    const device = sim.spawn(`gpu${id}`, gpu, { streams: streamNames, record: options.record === true && i === 0 });
    const memory = sim.spawn(`memory${id}`, deviceMemory, {
      limit: bytes(Math.floor(options.usable)),
      record: options.record === true && i === 0,
    });
    const worker = options.arithmetic?.spawn(sim, id);
    const host = sim.spawn(`rank${id}`, rank, {
      program,
      gpu: device as ActorRef<GpuMessage>,
      memory,
      ports: ports[i] as Partial<Record<CollectiveName, CollectivePort>>,
      permanent,
      ...(worker === undefined ? {} : { worker }),
    });
    return { device, memory, host, worker };
  });
  const workers = members.flatMap(({ worker }) => (worker === undefined ? [] : [worker]));
  options.arithmetic?.meet(sim, workers);
  for (const { host } of members) sim.send(host as ActorRef<RankMessage>, { type: 'begin' });
  sim.run();
  options.arithmetic?.collect(sim, workers);
  const states = members.map(({ device, memory, host }) => ({
    device: sim.stateOf(device) as GpuState,
    memory: sim.stateOf(memory) as DeviceMemoryState,
    host: sim.stateOf(host) as RankState,
  }));
  const outOfMemory = states.some(({ host }) => host.outOfMemory);
  const finish = states.reduce((last, { host }) => Math.max(last, host.finishedAt), 0) as Time;
  if (!outOfMemory && !states.every(({ host }) => isComplete(host)))
    throw new Error('a rank has not finished its program');
  const busiest = states.reduce((best, next) => (work(next.device) > work(best.device) ? next : best));
  const completed = cast.services.map(
    (_, i) => (sim.stateOf(services[i] as ActorRef<never>) as CollectiveServiceState).completed,
  );
  const carried = { onNode: 0, offNode: 0 };
  const received = { onNode: 0, offNode: 0 };
  for (const { name, category, bytes: sum } of networkUse(sim.stateOf(fabric) as NetworkState, sim.now).links)
    if (category !== 'loopback')
      (name.endsWith('/up') ? carried : received)[category === 'nic' ? 'offNode' : 'onNode'] += sum;
  return {
    seconds: timeToSeconds(finish, resolution),
    updateSeconds: timeToSeconds((finish - (states[0]?.host.updateAt ?? 0)) as Time, resolution),
    outOfMemory,
    streams: timesAt(busiest.device, finish, resolution),
    memory: busiest.memory,
    sent: outOfMemory ? plannedSent(setup, collectives, program) : sentBy(cast, completed),
    carried,
    received,
    allStreams: states.map(({ device }) => timesAt(device, finish, resolution)),
    spans: states[0]?.device.spans ?? [],
    ranks: cast.ranks.length,
    events: sim.events,
    fingerprint: sim.fingerprint(),
  };
}

function work(state: GpuState): number {
  return Object.values(state.streams[0]?.busy ?? {}).reduce((sum, span) => sum + span, 0);
}

interface CastService {
  readonly name: string;
  /** Indices into the simulated ranks. */
  readonly members: readonly number[];
  readonly plans: readonly {
    readonly name: CollectiveName;
    readonly latency: Duration;
    readonly flows: readonly FlowRequest[];
    /** Bytes that the members send, on average, weighted by the ranks they stand for. */
    readonly sent: Sent;
  }[];
}

/** Who is simulated, over which links they talk, and what each group does. */
interface Cast {
  readonly ranks: readonly number[];
  readonly topology: Topology;
  readonly services: readonly CastService[];
}

/** One rank of each class. A class has two links of its own, which carry what one of its ranks sends. */
function classCast(setup: Setup, platform: Platform, collectives: ReadonlyMap<CollectiveName, Collective>): Cast {
  const classes = rankClasses(setup, collectives);
  const links = classes.flatMap(({ rank: id }): TopologyLink[] => [
    outgoing(`rank${id}/nvlink/up`, 'nvlink', platform.nvlink),
    outgoing(`rank${id}/nic/up`, 'nic', platform.nic),
  ]);
  const services = kinds.flatMap((kind): CastService[] => {
    const mine = [...collectives.values()].filter(({ group }) => group === kind);
    if (mine.length === 0) return [];
    const plans = mine.map((collective) => ({
      name: collective.name,
      latency: collective.latency,
      flows: classes.flatMap((one, i) => classFlows(one, i, collective, platform)),
      sent: averageSent(classes, collective.name),
    }));
    return [{ name: kind, members: classes.map((_, i) => i), plans }];
  });
  const topology: Topology = {
    endpoints: classes.length,
    links,
    nodeOf: (endpoint) => endpoint,
    nameOf: (endpoint) => `rank${classes[endpoint]?.rank}`,
    route: () => [],
  };
  return { ranks: classes.map(({ rank: id }) => id), topology, services };
}

function outgoing(name: string, category: 'nvlink' | 'nic', rate: number): TopologyLink {
  const scope = category === 'nic' ? 'network' : 'node';
  return { name, category, scope, capacity: bytesPerSecond(rate), kind: 'shared', latency: NO_TIME };
}

function classFlows(one: RankClass, index: number, collective: Collective, platform: Platform): FlowRequest[] {
  const load = one.loads.get(collective.name);
  if (load === undefined) return [];
  const flows: FlowRequest[] = [];
  if (load.onNodePartners > 0)
    flows.push({ links: [2 * index], bytes: bytes(load.onNodeBytes), weight: load.onNodePartners });
  if (load.offNodePartners > 0)
    flows.push({
      links: [2 * index + 1],
      bytes: bytes(load.offNodeBytes),
      weight: load.offNodePartners,
      cap: bytesPerSecond(platform.nic * collective.nicShare),
    });
  return flows;
}

function averageSent(classes: readonly RankClass[], name: CollectiveName): Sent {
  let [onNode, offNode, count] = [0, 0, 0];
  for (const one of classes) {
    onNode += one.count * (one.loads.get(name)?.onNodeBytes ?? 0);
    offNode += one.count * (one.loads.get(name)?.offNodeBytes ?? 0);
    count += one.count;
  }
  return { onNode: onNode / count, offNode: offNode / count };
}

/** Every rank, every pair of ranks that exchanges bytes, every port in both directions. */
function fullCast(setup: Setup, platform: Platform, collectives: ReadonlyMap<CollectiveName, Collective>): Cast {
  const ranks = Array.from({ length: setup.gpus }, (_, i) => i);
  const perNode = ranksPerNode(setup);
  const topology = gpuCluster({
    nodes: nodeCount(setup.gpus, perNode),
    gpusPerNode: perNode,
    nvlink: { bandwidth: bytesPerSecond(platform.nvlink) },
    nic: { bandwidth: bytesPerSecond(platform.nic) },
  });
  const services = kinds.flatMap((kind) => {
    const mine = [...collectives.values()].filter(({ group }) => group === kind);
    if (mine.length === 0) return [];
    return groupsOf(setup, kind).map(
      (members, g): CastService => ({
        name: `${kind}${g}`,
        members,
        plans: mine.map((collective) => {
          const transfers = collective.transfers(members);
          const all = loads(transfers);
          const flows = transfers.map(({ from, to, bytes: size, offNode }): FlowRequest => {
            const partners = all.get(from)?.offNodePartners ?? 1;
            const share = bytesPerSecond((platform.nic * collective.nicShare) / partners);
            return { from, to, bytes: bytes(size), ...(offNode ? { cap: share } : {}) };
          });
          const total = { onNode: 0, offNode: 0 };
          for (const { bytes: size, offNode } of transfers) total[offNode ? 'offNode' : 'onNode'] += size;
          const { length } = members;
          return {
            name: collective.name,
            latency: collective.latency,
            flows,
            sent: { onNode: total.onNode / length, offNode: total.offNode / length },
          };
        }),
      }),
    );
  });
  return { ranks, topology, services };
}

/** Bytes one GPU sent by collective: completed collectives times their bytes, averaged over the groups of a kind. */
function sentBy(cast: Cast, completed: readonly (readonly number[])[]): ReadonlyMap<CollectiveName, Sent> {
  const result = new Map<CollectiveName, { onNode: number; offNode: number; groups: number }>();
  cast.services.forEach((service, s) => {
    service.plans.forEach(({ name, sent }, request) => {
      const times = completed[s]?.[request] ?? 0;
      const sum = result.get(name) ?? { onNode: 0, offNode: 0, groups: 0 };
      result.set(name, {
        onNode: sum.onNode + times * sent.onNode,
        offNode: sum.offNode + times * sent.offNode,
        groups: sum.groups + 1,
      });
    });
  });
  const average = [...result].map(([name, sum]): [CollectiveName, Sent] => [
    name,
    { onNode: sum.onNode / sum.groups, offNode: sum.offNode / sum.groups },
  ]);
  return new Map(average);
}

/** Bytes that one GPU would send in a whole iteration, from the program alone; equal to what a complete run counts. */
function plannedSent(
  setup: Setup,
  collectives: ReadonlyMap<CollectiveName, Collective>,
  program: Program,
): ReadonlyMap<CollectiveName, Sent> {
  const classes = rankClasses(setup, collectives);
  const times = new Map<CollectiveName, number>();
  for (let i = 0; i < chunkCount(program); i++)
    for (const { work: does } of chunkAt(program, i))
      if (does.kind === 'collective') times.set(does.collective, (times.get(does.collective) ?? 0) + 1);
  const planned = [...times].map(([name, count]): [CollectiveName, Sent] => {
    const { onNode, offNode } = averageSent(classes, name);
    return [name, { onNode: onNode * count, offNode: offNode * count }];
  });
  return new Map(planned);
}

/** Seconds that a stream spent on labels of `labels`, busy or waiting. */
export function secondsOn(times: Readonly<Record<string, Duration>>, labels: readonly string[]): number {
  return toSeconds(labels.reduce((sum, label) => sum + (times[label] ?? 0), 0) as Duration);
}
