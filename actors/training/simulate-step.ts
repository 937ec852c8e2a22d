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
import { noTask } from '../../engine/kernel/trace.ts';
import { type GpuMessage, type GpuState, gpu, type Span, type StreamTimes, timesAt } from '../compute/index.ts';
import { type DeviceMemoryState, deviceMemory } from '../memory/index.ts';
import {
  type FlowRequest,
  gpuCluster,
  type NetworkState,
  network,
  networkUse,
  type Topology,
  type TopologyLink,
} from '../network/index.ts';
import type { Permanent, Program } from './chunk.ts';
import { type CollectiveServiceState, collectiveService } from './collective-service.ts';
import { loads, nodeCount } from './layout.ts';
import { type CollectivePort, endTasks, isComplete, type RankMessage, type RankState, rank } from './rank.ts';
import { type Collective, type Groups, type RankClass, rankClasses } from './rank-classes.ts';

/** One iteration of all ranks: what each does, who works together, and over which ports. */
export interface Step<Name extends string = string> {
  readonly ranks: number;
  /** Ranks placed on one node, in order. */
  readonly perNode: number;
  /** Names of each GPU's streams; the first computes. */
  readonly streams: readonly string[];
  readonly program: Program;
  readonly permanent: readonly Permanent[];
  readonly groups: Groups;
  /** By name; collectives of groups of one are left out. */
  readonly collectives: ReadonlyMap<Name, Collective<Name>>;
  /** Rates of one GPU's port on the node's switch and of its network card, each direction, bytes per second. */
  readonly nvlink: number;
  readonly nic: number;
  readonly resolution: Resolution;
}

/** Real tensors: spawns the arithmetic of a rank, which hears an `ActMessage` at every act of the program, and introduces it to the others. */
export interface Arithmetic {
  spawn(sim: Simulation, rank: number): ActorRef<never>;
  meet(sim: Simulation): void;
  /** Reads the results after the run. */
  collect(sim: Simulation): void;
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
export interface Outcome<Name extends string = string> {
  /** From the first to the last instant; meaningless after out of memory. */
  readonly seconds: number;
  /** The last chunk of it: exchange of gradients or states, and the update. */
  readonly updateSeconds: number;
  readonly outOfMemory: boolean;
  /** Streams of the busiest rank: busy time and waits by label. */
  readonly streams: readonly StreamTimes[];
  readonly memory: DeviceMemoryState;
  readonly sent: ReadonlyMap<Name, Sent>;
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

/** Simulates one iteration. */
export function simulateStep<Name extends string>(step: Step<Name>, options: SimulateOptions): Outcome<Name> {
  const { program, permanent, streams, resolution } = step;
  const sim = new Simulation({ seed: options.seed ?? 1, resolution });
  const cast = options.full === true ? fullCast(step) : classCast(step);
  const fabric = sim.spawn('network', network, { topology: cast.topology, resolution });
  const ports = cast.ranks.map(() => new Map<string, CollectivePort>());
  const services = cast.services.map((service) => {
    const ref = sim.spawn(service.name, collectiveService, {
      network: fabric,
      members: service.members.length,
      plans: service.plans,
    });
    service.plans.forEach(({ name }, request) => {
      for (const member of service.members) ports[member]?.set(name, { service: ref, request });
    });
    return ref;
  });
  const members = cast.ranks.map((id, i) => {
    const device = sim.spawn(`gpu${id}`, gpu, { streams, record: options.record === true && i === 0 });
    const memory = sim.spawn(`memory${id}`, deviceMemory, {
      limit: bytes(Math.floor(options.usable)),
      record: options.record === true && i === 0,
    });
    const worker = options.arithmetic?.spawn(sim, id);
    const host = sim.spawn(`rank${id}`, rank, {
      program,
      gpu: device as ActorRef<GpuMessage>,
      memory,
      streams,
      ports: ports[i] as Map<string, CollectivePort>,
      permanent,
      ...(worker === undefined ? {} : { worker }),
    });
    return { device, memory, host };
  });
  options.arithmetic?.meet(sim);
  for (const { host } of members) sim.send(host as ActorRef<RankMessage>, { type: 'begin' });
  sim.run();
  options.arithmetic?.collect(sim);
  const states = members.map(({ device, memory, host }) => ({
    device: sim.stateOf(device) as GpuState,
    memory: sim.stateOf(memory) as DeviceMemoryState,
    host: sim.stateOf(host) as RankState,
  }));
  const outOfMemory = states.some(({ host }) => host.outOfMemory);
  const finish = states.reduce((last, { host }) => Math.max(last, host.finishedAt), 0) as Time;
  if (outOfMemory) for (const { device, host } of states) cutTasks(sim, device, host);
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
    sent: outOfMemory ? plannedSent(step) : sentBy(cast, completed),
    carried,
    received,
    allStreams: states.map(({ device }) => timesAt(device, finish, resolution)),
    spans: states[0]?.device.spans ?? [],
    ranks: cast.ranks.length,
    events: sim.events,
    fingerprint: sim.fingerprint(),
  };
}

/** Ends in the trace what a run that is out of memory leaves behind: calls whose partners never come, programs that never go on. */
function cutTasks(sim: Simulation, device: GpuState, host: RankState): void {
  for (const stream of device.streams)
    if (stream.task !== noTask) {
      sim.trace.annotate(stream.task, 'cut', 'out of memory');
      sim.trace.end(stream.task);
      stream.task = noTask;
    }
  endTasks(host, sim.trace);
}

function work(state: GpuState): number {
  return Object.values(state.streams[0]?.busy ?? {}).reduce((sum, span) => sum + span, 0);
}

interface CastService<Name extends string> {
  readonly name: string;
  /** Indices into the simulated ranks. */
  readonly members: readonly number[];
  readonly plans: readonly {
    readonly name: Name;
    readonly latency: Duration;
    readonly flows: readonly FlowRequest[];
    /** Bytes that the members send, on average, weighted by the ranks they stand for. */
    readonly sent: Sent;
  }[];
}

/** Who is simulated, over which links they talk, and what each group does. */
interface Cast<Name extends string> {
  readonly ranks: readonly number[];
  readonly topology: Topology;
  readonly services: readonly CastService<Name>[];
}

/** One rank of each class. A class has two links of its own, which carry what one of its ranks sends. */
function classCast<Name extends string>(step: Step<Name>): Cast<Name> {
  const { collectives, groups } = step;
  const classes = rankClasses(step.ranks, groups, collectives);
  const links = classes.flatMap(({ rank: id }): TopologyLink[] => [
    outgoing(`rank${id}/nvlink/up`, 'nvlink', step.nvlink),
    outgoing(`rank${id}/nic/up`, 'nic', step.nic),
  ]);
  const services = [...groups.keys()].flatMap((kind): CastService<Name>[] => {
    const mine = [...collectives.values()].filter(({ group }) => group === kind);
    if (mine.length === 0) return [];
    const plans = mine.map((collective) => ({
      name: collective.name,
      latency: collective.latency,
      flows: classes.flatMap((one, i) => classFlows(one, i, collective, step.nic)),
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

function classFlows(one: RankClass, index: number, collective: Collective, nic: number): FlowRequest[] {
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
      cap: bytesPerSecond(nic * collective.nicShare),
    });
  return flows;
}

function averageSent(classes: readonly RankClass[], name: string): Sent {
  let [onNode, offNode, count] = [0, 0, 0];
  for (const one of classes) {
    onNode += one.count * (one.loads.get(name)?.onNodeBytes ?? 0);
    offNode += one.count * (one.loads.get(name)?.offNodeBytes ?? 0);
    count += one.count;
  }
  return { onNode: onNode / count, offNode: offNode / count };
}

/** Every rank, every pair of ranks that exchanges bytes, every port in both directions. */
function fullCast<Name extends string>(step: Step<Name>): Cast<Name> {
  const { collectives, groups, perNode } = step;
  const ranks = Array.from({ length: step.ranks }, (_, i) => i);
  const topology = gpuCluster({
    nodes: nodeCount(step.ranks, perNode),
    gpusPerNode: perNode,
    nvlink: { bandwidth: bytesPerSecond(step.nvlink) },
    nic: { bandwidth: bytesPerSecond(step.nic) },
  });
  const services = [...groups].flatMap(([kind, all]) => {
    const mine = [...collectives.values()].filter(({ group }) => group === kind);
    if (mine.length === 0) return [];
    return all.map(
      (members, g): CastService<Name> => ({
        name: `${kind}${g}`,
        members,
        plans: mine.map((collective) => {
          const transfers = collective.transfers(members);
          const sends = loads(transfers);
          const flows = transfers.map(({ from, to, bytes: size, offNode }): FlowRequest => {
            const partners = sends.get(from)?.offNodePartners ?? 1;
            const share = bytesPerSecond((step.nic * collective.nicShare) / partners);
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
function sentBy<Name extends string>(
  cast: Cast<Name>,
  completed: readonly (readonly number[])[],
): ReadonlyMap<Name, Sent> {
  const result = new Map<Name, { onNode: number; offNode: number; groups: number }>();
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
  const average = [...result].map(([name, sum]): [Name, Sent] => [
    name,
    { onNode: sum.onNode / sum.groups, offNode: sum.offNode / sum.groups },
  ]);
  return new Map(average);
}

/** Bytes that one GPU would send in a whole iteration, from the program alone; equal to what a complete run counts. */
function plannedSent<Name extends string>(step: Step<Name>): ReadonlyMap<Name, Sent> {
  const { program, collectives } = step;
  const classes = rankClasses(step.ranks, step.groups, collectives);
  const times = new Map<string, number>();
  for (let i = 0; i < program.length; i++)
    for (const { work: does } of program.at(i) ?? [])
      if (does.kind === 'collective') times.set(does.collective, (times.get(does.collective) ?? 0) + 1);
  const planned = [...times].map(([name, count]): [Name, Sent] => {
    const { onNode, offNode } = averageSent(classes, name);
    return [name as Name, { onNode: onNode * count, offNode: offNode * count }];
  });
  return new Map(planned);
}

/** Seconds that a stream spent on labels of `labels`, busy or waiting. */
export function secondsOn(times: Readonly<Record<string, Duration>>, labels: readonly string[]): number {
  return toSeconds(labels.reduce((sum, label) => sum + (times[label] ?? 0), 0) as Duration);
}
