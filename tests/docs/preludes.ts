// Compiled for the prelude `page`.
import type {} from '../../viz-server/web/data/take-chunk.ts';

const kinetoTrace = JSON.stringify({
  schemaVersion: 1,
  baseTimeNanoseconds: 0,
  distributedInfo: { backend: 'nccl', rank: 0, world_size: 1 },
  deviceProperties: [{ id: 0, name: 'NVIDIA A100-SXM4-80GB' }],
  traceEvents: [
    { ph: 'X', cat: 'cuda_runtime', name: 'cudaLaunchKernel', pid: 1, tid: 1, ts: 1, dur: 2, args: { correlation: 1 } },
    {
      ph: 'X',
      cat: 'kernel',
      name: 'gemm',
      pid: 0,
      tid: 7,
      ts: 5,
      dur: 10,
      args: { correlation: 1, device: 0, stream: 7 },
    },
  ],
});

/** What fragments on the pages take for granted, by the name that they give: ```ts with=name. Names of the package are imported for them. */
export const preludes: Readonly<Record<string, string>> = {
  simulation: 'const sim = new Simulation({ seed: 7 });',
  layer: 'const [tokens, hidden] = [2048, 4096];',
  service: `
const sim = new Simulation();
const service = sim.spawn('service', defineActor<undefined, null, CallMessage>({
  kind: 'service',
  init: () => null,
  on: { call: (_state, { from, op }, ctx) => ctx.send(from, { type: 'callEnded', op }) },
}), undefined);`,
  rank: `
const sim = new Simulation();
const rank = sim.spawn('rank', defineActor<undefined, null, AllocationFailed>({
  kind: 'rank', init: () => null, on: { allocationFailed: () => undefined },
}), undefined);`,
  access: `
const [core, address, write] = [0, 4096, false];
const spec = cpuCacheSpec('epyc-7742');`,
  listener: `
const sim = new Simulation();
const replyTo = sim.spawn('rank', defineActor<undefined, null, { readonly type: 'collectiveDone' }>({
  kind: 'rank', init: () => null, on: { collectiveDone: () => undefined },
}), undefined) as never;`,
  codec: `
const compress = (x: Tensor) => x;
const decompress = (handle: Tensor) => handle;`,
  crossbar: `
import { createRandomSource } from 'escapement';
const [seed, chip, layer] = [1, 0, 0];
const weights = Int32Array.from({ length: 64 }, (_, i) => i - 32);
const asRead = new Float32Array(64);
const targets = new Float32Array(128).fill(0.5);
const reached = new Float32Array(128);
const random = createRandomSource({ seed: 1 }).stream('chip', 'pulses');`,
  files: `
import { process } from 'escapement';
const sim = new Simulation({ seed: 1 });
const port = { bandwidth: bytesPerSecond(12.5e9) };
const lustre: FileSystemSpec = {
  clients: 8, servers: 4, client: port, server: port, stripe: MiB(1), count: 1, request: MiB(4), window: 8,
  metadataServers: 4, metadataService: us(100), requestThreads: 8, requestService: us(50),
};
const read = function* () { yield* delay(ms(20)); };`,
  step: `
const gpu = loadGpu('a100-80gb');
const [m, n, k] = [4096, 4096, 4096];
const tensor = {
  name: 'tensor', group: 'all', latency: us(3), nicShare: 0.5,
  transfers: (group: readonly number[]) => rings(group, 1e6, 8),
};
const collectives = new Map([['tensor', tensor]]) as never as ReadonlyMap<string, Collective<string>>;
const machine = {
  ranks: 8, perNode: 8, streams: ['compute', 'exchange'], permanent: [], collectives,
  groups: new Map([['all', [[0, 1, 2, 3, 4, 5, 6, 7]]]]), nvlink: 300e9, nic: 25e9, resolution: 'ps',
} as const;
const usable = 40e9;`,
  traces: `
import { createReadStream, writeFileSync } from 'node:fs';
import { importWorkload } from 'escapement/import';
writeFileSync('trace.0.json', ${JSON.stringify(kinetoTrace)});
const files = [{ name: 'trace.0.json', open: () => createReadStream('trace.0.json') }];`,
  line: `
import { process as script, delay, Simulation, us } from 'escapement';
const sim = new Simulation();
sim.spawn('job', script(function* () { yield* delay(us(5)); }), undefined);`,
  build: `
const build = ({ seed, extra = false }: { seed: number; extra?: boolean }) => {
  const sim = new Simulation({ seed });
  const clients = process(function* (ctx) {
    for (let i = 0; i < 40; i++) yield* delay(timed.exponential(us(extra && i === 30 ? 2 : 1)).sample(ctx.random('gap')));
  });
  sim.spawn('clients', clients, undefined);
  return sim;
};`,
  counter: `
import { delay, interval, map, mergeMap, of, take } from 'rxjs';
const counter = defineActor<undefined, { count: number }, { readonly type: 'request'; readonly id: number }>({
  kind: 'counter', init: () => ({ count: 0 }), on: { request: (state) => void state.count++ },
});`,
  jobs: `
import assert from 'node:assert';
type Job = { readonly type: 'job'; readonly name: string };
type Granted = { readonly type: 'granted'; readonly by: TaskRef };
type Done = { readonly type: 'done' };
const scenario = (await registry[0]!.load());
const params = resolveParams(scenario, { preset: 'quick' });`,
  protocol: `
import { exactLevel } from '../../../dist/viz-server/protocol/constants.js';
import { decodeChunk, newChunk } from '../../../dist/viz-server/protocol/index.js';`,
  page: `
import { newChunk, decodeChunk } from '../../../dist/viz-server/protocol/index.js';
import { itemsOf, takeChunk } from '../../../dist/viz-server/web/data/take-chunk.js';
import { TraceData } from '../../../dist/viz-server/web/data/trace-data.js';
const [track, from, to, level] = [1, 0, 100, 255];
const { bytes, columns } = newChunk('slices', 2, { flags: 0, level, track, view: 0, storeSeq: 1, from, to, wallMs: 0 });
columns.start.set([10, 20]);
columns.duration.set([5, 8]);
columns.task.set([1, 2]);
columns.count.set([1, 1]);`,
  command: `
import type { Command } from 'commander';
import type { Io } from '../../../dist/scenarios/cli/io.js';`,
  node: "import { readFileSync, writeFileSync } from 'node:fs';",
};
