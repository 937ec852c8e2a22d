// `npm run bench` and, with --peers, `npm run bench:peers`: options in docs/how-to/benchmarks.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Engine, escapement, peers, xstate } from './engines.ts';
import { measure, type Result } from './measure.ts';
import { jsonLine, table } from './report.ts';
import { workloads } from './workloads.ts';

function fail(text: string): never {
  console.error(text);
  process.exit(2);
}

function options() {
  try {
    return parseArgs({
      options: {
        peers: { type: 'boolean', default: false },
        cpu: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true, default: [''] },
        samples: { type: 'string', default: '5' },
      },
    }).values;
  } catch (error) {
    return fail(`bench: ${(error as Error).message}`);
  }
}

const { peers: withPeers, cpu, json, only = [''], samples: wanted = '5' } = options();
const samples = Number(wanted);
if (!(Number.isInteger(samples) && samples > 0)) fail(`bench: --samples ${wanted}: give a whole number above 0.`);
const isName = (prefix: string) => workloads.some(({ name }) => name === prefix);
const chosen = workloads.filter(({ name }) =>
  only.some((prefix) => (isName(prefix) ? name === prefix : name.startsWith(prefix))),
);
if (chosen.length === 0)
  fail(`bench: no bench begins with ${only.join(', ')}. There are: ${workloads.map(({ name }) => name).join(' ')}`);

const cores = cpus().length;
const load = loadavg()[0] ?? 0;
console.error(
  `machine: ${cores} x ${cpus()[0]?.model.trim()}, ${process.platform} ${process.arch}, Node ${process.version}`,
);
if (load > cores / 2)
  console.error(
    `warning: load ${load.toFixed(2)} on ${cores} cores: other work disturbs these figures, trust ratios only, or use --cpu.`,
  );

/** Builds what is installed; names in one line what is missing or does not compile. */
function buildPeers(into: string): Engine[] {
  return peers.flatMap((peer) => {
    const version = peer.version();
    if (version === undefined) {
      console.error(`${peer.name} is not installed: apt-get install -y ${peer.packages}`);
      return [];
    }
    console.error(`${peer.name} ${version}`);
    try {
      return peer.build(into);
    } catch (error) {
      const reason = /error: .*/.exec((error as Error).message)?.[0] ?? (error as Error).message.split('\n')[0];
      console.error(`${peer.name} does not compile here (${reason}): apt-get install -y ${peer.packages}`);
      return [];
    }
  });
}

const folder = mkdtempSync(join(tmpdir(), 'escapement-bench-'));
let disagreed = false;
try {
  const engines = [escapement, xstate, ...(withPeers ? buildPeers(folder) : [])];
  for (const workload of chosen) {
    const results: Result[] = measure(workload, engines, samples, cpu ? 'cpuSeconds' : 'seconds');
    if (results.length === 0) console.error(`${workload.name}: none of the engines here runs it`);
    for (const { engine, problem } of results)
      if (problem !== undefined) {
        console.error(`${workload.name} ${engine}: ${problem}`);
        disagreed = true;
      }
    const sound = results.filter(({ problem }) => problem === undefined);
    if (json) for (const result of sound) console.log(jsonLine(workload, result));
    else if (sound.length > 0) console.log(table(workload, sound));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (disagreed) process.exitCode = 1;
