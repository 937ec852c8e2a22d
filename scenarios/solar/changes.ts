import type { ThroughputMessage } from '../../actors/index.ts';
import { type ActorRef, type Simulation, seconds } from '../../engine/index.ts';
import { editSpecs, type WorldChange } from '../kit/index.ts';
import type { SolarParams } from './params.ts';
import { resolve } from './resolve.ts';

type Name =
  | 'fsLatencySeconds'
  | 'ioDepth'
  | 'networkLatencySeconds'
  | 'networkBytesPerSecond'
  | 'hitSecondsPerSample'
  | 'computeSecondsPerSample'
  | 'allReduceSeconds'
  | 'prefetchDepth';

const absent = 'only mode training has it as an actor';

/** Changes the actors of a training whose paths match, by a message. */
function tell(sim: Simulation, pattern: RegExp, message: ThroughputMessage): string | undefined {
  const paths = sim.actors().filter((path) => pattern.test(path));
  for (const path of paths) sim.send(sim.actor(path) as unknown as ActorRef<ThroughputMessage>, message);
  return paths.length === 0 ? absent : undefined;
}

const ranks = /^node\d+\/rank\d+$/;
const links = /^node\d+\/link$/;

/** Parameters that can change while a training runs. Data set, ranks, buffers and loader are in its plan, which is made before. */
export const changes: Readonly<Record<Name, WorldChange<SolarParams>>> = {
  fsLatencySeconds: (sim, now) =>
    tell(sim, /^storage$/, { type: 'change', to: { latency: seconds(resolve(now).fileSystem.latency) } }),
  ioDepth: (sim, { ioDepth }) => tell(sim, /^storage$/, { type: 'change', to: { depth: ioDepth } }),
  networkLatencySeconds: (sim, now) =>
    tell(sim, links, { type: 'change', to: { latency: seconds(now.networkLatencySeconds) } }),
  networkBytesPerSecond: (sim, now) =>
    tell(sim, links, { type: 'change', to: { aggregate: now.networkBytesPerSecond } }),
  hitSecondsPerSample: (sim, now) => editSpecs(sim, ranks, { hit: seconds(resolve(now).hit) }, absent),
  computeSecondsPerSample: (sim, now) => editSpecs(sim, ranks, { compute: seconds(resolve(now).compute) }, absent),
  prefetchDepth: (sim, now) => editSpecs(sim, ranks, { prefetch: now.prefetchDepth }, absent),
  allReduceSeconds: (sim, now) => editSpecs(sim, /^barrier$/, { allReduce: seconds(now.allReduceSeconds) }, absent),
};
