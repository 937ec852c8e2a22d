import { spawnSync } from 'node:child_process';
import type { Engine } from './engines.ts';
import type { Elapsed } from './ours/timed.ts';
import { reference } from './reference.ts';
import type { Outcome, Workload } from './workloads.ts';

/** All samples of one engine on one workload. */
export interface Result {
  readonly engine: string;
  /** Work per second of the fastest sample. */
  readonly value: number;
  /** How much longer the slowest sample took than the fastest: 0.1 is 10 %. */
  readonly spread: number;
  /** Largest peak resident memory of a sample's process, in MiB. */
  readonly rssMb: number;
  readonly samples: number;
  /** Why the figures must not be used, if so. */
  readonly problem?: string;
}

interface Sample extends Outcome, Elapsed {
  readonly rssMb: number;
}

const limitMs = 300_000;

function runOnce(command: readonly string[]): Sample | string {
  const [program = '', ...words] = command;
  const { status, stdout, stderr, error } = spawnSync(program, words, { encoding: 'utf8', timeout: limitMs });
  if (error) return `code` in error && error.code === 'ETIMEDOUT' ? `took more than ${limitMs / 1e3} s` : error.message;
  if (status !== 0) return `ended with ${status}: ${stderr.trim().split('\n').at(-1)}`;
  return JSON.parse(stdout) as Sample;
}

function disagreement(sample: Sample, expected: Outcome, tolerance: number): string | undefined {
  const slack = Math.abs(expected.checksum) * tolerance;
  if (sample.count === expected.count && Math.abs(sample.checksum - expected.checksum) <= slack) return undefined;
  return `did ${sample.count} (checksum ${sample.checksum}), not ${expected.count} (${expected.checksum})`;
}

function toleranceOf({ tolerance }: Engine, { slack = 0 }: Workload): number {
  return tolerance === 0 ? 0 : Math.max(tolerance, slack);
}

/**
 * Runs `samples` rounds of all engines in turn (A B A B), each sample in a fresh process; engines that cannot run the workload
 * are left out. `clock` chooses wall or processor time.
 */
export function measure(
  workload: Workload,
  engines: readonly Engine[],
  samples: number,
  clock: keyof Elapsed = 'seconds',
): Result[] {
  const runs = engines.flatMap((engine) => {
    const command = engine.command(workload.program);
    const share = engine.share?.(workload.program);
    const expected = share === undefined ? workload.expected : reference(share);
    return command
      ? [{ engine, command, expected, taken: [] as Sample[], problem: undefined as string | undefined }]
      : [];
  });
  for (let round = 0; round < samples; round++)
    for (const run of runs) {
      if (run.problem !== undefined || round >= run.engine.maxSamples) continue;
      const sample = runOnce(run.command);
      if (typeof sample === 'string') {
        run.problem = sample;
        continue;
      }
      run.problem = disagreement(sample, run.expected, toleranceOf(run.engine, workload));
      run.taken.push(sample);
    }
  return runs.map(({ engine, expected, taken, problem }) => {
    const seconds = taken.map((sample) => sample[clock]);
    const fastest = Math.min(...seconds);
    return {
      engine: engine.name,
      value: expected.count / fastest,
      spread: Math.max(...seconds) / fastest - 1,
      rssMb: Math.max(...taken.map(({ rssMb }) => rssMb)),
      samples: taken.length,
      ...(problem === undefined ? {} : { problem }),
    };
  });
}
