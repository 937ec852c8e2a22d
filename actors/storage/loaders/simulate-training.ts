import type { ActorRef } from '../../../engine/kernel/actor.ts';
import { type Duration, picosecondsPerTick, seconds } from '../../../engine/kernel/time.ts';
import { Simulation } from '../../../engine/simulation.ts';
import { type AggregateRate, type ThroughputState, throughputStorage } from '../throughput-storage.ts';
import type { LoadPlan } from './load-plan.ts';
import { type LoadingRankState, type LoadingTimes, loadingRank } from './loading-rank.ts';
import { type StepBarrierState, stepBarrier } from './step-barrier.ts';

/** Machine and job that carry out a plan. */
export interface TrainingSetup {
  readonly sampleBytes: number;
  /** Requests that bring one sample, or one run of samples that lie together. Default 1. */
  readonly requestsPerSample?: number;
  readonly storage: {
    readonly latency: Duration;
    /** Bytes per second of one rank. Default: no limit. */
    readonly client?: number;
    readonly aggregate?: AggregateRate;
    /** Requests of a rank under way at once. Default 1. */
    readonly depth?: number;
  };
  /** Link of a node over which ranks fetch from each other; all ranks of the node share it. */
  readonly network: { readonly latency: Duration; readonly rate: number; readonly ranksPerNode: number };
  /** Time of copying a sample out of the rank's own buffer. */
  readonly hit: Duration;
  /** Time of training on one sample. */
  readonly compute: Duration;
  readonly allReduce?: Duration;
  /** Steps loaded ahead of training; 0 = load, then train. Default 0. */
  readonly prefetch?: number;
  readonly seed?: number;
}

/** What carrying out a plan took. Times in seconds. */
export interface TrainingTimes {
  /** Of each epoch: from its first step to the end of its last, and the sum over steps of the slowest rank's loading. */
  readonly epochs: readonly { readonly elapsed: number; readonly loading: number }[];
  readonly elapsed: number;
  readonly ranks: readonly LoadingTimes[];
  /** Bytes and requests that storage delivered. */
  readonly storageBytes: number;
  readonly storageRequests: number;
  readonly events: number;
  readonly fingerprint: string;
}

/** Ticks of a nanosecond reach 104 days. */
const resolution = 'ns';

/** Simulates ranks that carry out a plan: storage, node links, loaders, trainers and the barrier of every step. Throws STORAGE_SPEC. */
export function simulateTraining(plan: LoadPlan, setup: TrainingSetup): TrainingTimes {
  const sim = new Simulation({ seed: setup.seed ?? 1, resolution });
  const { ranks } = plan;
  const { ranksPerNode, latency, rate } = setup.network;
  const tick = picosecondsPerTick[resolution];
  const storage = sim.spawn('storage', throughputStorage, { clients: ranks, tick, ...setup.storage });
  const links = Array.from({ length: Math.ceil(ranks / ranksPerNode) }, (_, node) =>
    sim.spawn(`node${node}/link`, throughputStorage, { clients: ranksPerNode, latency, aggregate: rate, tick }),
  );
  const steps = plan.firstStep[plan.epochs] as number;
  const barrier = sim.spawn('barrier', stepBarrier, { ranks, steps, allReduce: setup.allReduce ?? seconds(0) });
  const members = Array.from({ length: ranks }, (_, rank) => {
    const node = Math.floor(rank / ranksPerNode);
    return sim.spawn(`node${node}/rank${rank}`, loadingRank, {
      plan,
      rank,
      storage,
      peers: links[node] as (typeof links)[number],
      peerClient: rank % ranksPerNode,
      barrier,
      sampleBytes: setup.sampleBytes,
      requestsPerSample: setup.requestsPerSample ?? 1,
      hit: setup.hit,
      compute: setup.compute,
      prefetch: setup.prefetch ?? 0,
    });
  });
  for (const member of members) sim.send(member, { type: 'begin' });
  sim.run();
  const toSeconds = (ticks: number): number => (ticks * tick) / 1e12;
  const state = <State>(ref: ActorRef<never>): State => sim.stateOf(ref) as State;
  const { loading, ended } = state<StepBarrierState>(barrier);
  const delivered = state<ThroughputState>(storage);
  let before = 0;
  const epochs = Array.from({ length: plan.epochs }, (_, epoch) => {
    const [from, to] = [plan.firstStep[epoch] as number, plan.firstStep[epoch + 1] as number];
    let sum = 0;
    for (let step = from; step < to; step++) sum += loading[step] as number;
    const end = to > from ? (ended[to - 1] as number) : before;
    const elapsed = toSeconds(end - before);
    before = end;
    return { elapsed, loading: toSeconds(sum) };
  });
  return {
    epochs,
    elapsed: toSeconds(before),
    ranks: members.map((member) => {
      const { times } = state<LoadingRankState>(member);
      const inSeconds = Object.entries(times).map(([cause, ticks]) => [cause, toSeconds(ticks as number)]);
      return Object.fromEntries(inSeconds) as unknown as LoadingTimes;
    }),
    storageBytes: delivered.bytes,
    storageRequests: delivered.requests,
    events: sim.events,
    fingerprint: sim.fingerprint(),
  };
}
