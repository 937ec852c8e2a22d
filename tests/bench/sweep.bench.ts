import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startRunPool } from '../../scenarios/cli/run-pool.ts';
import { registry } from '../../scenarios/registry.ts';
import { threadEngine } from '../../scenarios/sweep/engines/threads.ts';
import { Journal } from '../../scenarios/sweep/journal.ts';
import { runStudy } from '../../scenarios/sweep/run-study.ts';
import { makeStudy } from '../../scenarios/sweep/study.ts';
import { checkSpec } from '../../scenarios/sweep/study-spec.ts';

/** One row of the bench. */
export interface ScalingRow {
  readonly cores: number;
  readonly threads: number;
  readonly runs: number;
  readonly seconds: number;
  /** Against one thread on one core. */
  readonly speedup: number;
  /** Load of the machine before the bench; above 0.5 the figure says little. */
  readonly load: number;
}

const SETTINGS = [
  { cores: 1, threads: 1 },
  { cores: 2, threads: 1 },
  { cores: 2, threads: 2 },
];

/**
 * A study of Ulysses on one core and on two (held there by `taskset`), each sample a process of its own, the settings in turn, the
 * fastest of five. With one thread on two cores the main thread and the garbage collector use the second.
 */
export function run(): readonly ScalingRow[] {
  const load = loadavg()[0] ?? 0;
  const best = SETTINGS.map(() => ({ runs: 0, seconds: Number.POSITIVE_INFINITY }));
  for (let sample = 0; sample < 5; sample++)
    for (const [i, { cores, threads }] of SETTINGS.entries()) {
      const one = inProcess(cores, threads);
      if (one.seconds < (best[i]?.seconds ?? 0)) best[i] = one;
    }
  return SETTINGS.map((setting, i) => {
    const { runs, seconds } = best[i] as Sample;
    return { ...setting, runs, seconds, speedup: (best[0] as Sample).seconds / seconds, load };
  });
}

interface Sample {
  readonly runs: number;
  readonly seconds: number;
}

function inProcess(cores: number, threads: number): Sample {
  const list = Array.from({ length: cores }, (_, core) => core).join(',');
  const args = ['-c', list, process.execPath, ...process.execArgv, fileURLToPath(import.meta.url), String(threads)];
  const { status, stdout, stderr } = spawnSync('taskset', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`taskset ${args.join(' ')} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as Sample;
}

/** The study once to warm the threads, then once by the clock. */
async function timeStudy(threads: number): Promise<Sample> {
  const entry = registry.find(({ id }) => id === 'ulysses');
  if (entry === undefined) throw new Error('there is no ulysses');
  const scenario = await entry.load();
  const vary = { system: '', seq: '8K..64K:x2', sp: '4,8,16' };
  const study = makeStudy(scenario, checkSpec({ scenario: 'ulysses', vary, set: { gpus: 32 }, replications: 10 }));
  const folder = mkdtempSync(join(tmpdir(), 'escapement-bench-'));
  const pool = startRunPool(threads);
  const engine = threadEngine({ ...pool, attempt: (one) => pool.attempt('ulysses', one.resolved, one.replication) });
  const sample = { runs: 0, seconds: 0 };
  for (const round of ['warm', 'timed']) {
    const journal = new Journal(join(folder, round), { study: study.key, code: 'bench' });
    const started = performance.now();
    await runStudy(study, engine, journal);
    sample.seconds = (performance.now() - started) / 1000;
    sample.runs = journal.runs;
    journal.close();
  }
  await engine.close();
  rmSync(folder, { recursive: true });
  return sample;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  console.log(JSON.stringify(await timeStudy(Number(process.argv[2]))));
