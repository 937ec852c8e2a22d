import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRunPool } from '../../scenarios/cli/run-pool.ts';
import { registry } from '../../scenarios/registry.ts';
import { threadEngine } from '../../scenarios/sweep/engines/threads.ts';
import { Journal } from '../../scenarios/sweep/journal.ts';
import { runStudy } from '../../scenarios/sweep/run-study.ts';
import { makeStudy } from '../../scenarios/sweep/study.ts';
import { checkSpec } from '../../scenarios/sweep/study-spec.ts';

/** One row of the bench. */
export interface ScalingRow {
  readonly threads: number;
  readonly runs: number;
  readonly seconds: number;
  /** Against one thread. */
  readonly speedup: number;
  /** Load of the machine before it; above 0.5 the figure says little. */
  readonly load: number;
}

/** A study of Ulysses on one and on two threads, threads started before the clock, the better of three each. */
export async function run(): Promise<readonly ScalingRow[]> {
  const entry = registry.find(({ id }) => id === 'ulysses');
  if (entry === undefined) throw new Error('there is no ulysses');
  const scenario = await entry.load();
  const vary = { system: '', seq: '8K..64K:x2', sp: '4,8,16' };
  const study = makeStudy(scenario, checkSpec({ scenario: 'ulysses', vary, set: { gpus: 32 } }));
  const folder = mkdtempSync(join(tmpdir(), 'escapement-bench-'));
  const rows: ScalingRow[] = [];
  for (const threads of [1, 2]) {
    const load = loadavg()[0] ?? 0;
    const pool = startRunPool(threads);
    const engine = threadEngine({
      ...pool,
      attempt: (one) => pool.attempt('ulysses', one.resolved, one.replication),
    });
    let seconds = Number.POSITIVE_INFINITY;
    let runs = 0;
    for (let sample = 0; sample < 4; sample++) {
      const journal = new Journal(join(folder, `${threads}-${sample}`), { study: study.key, code: 'bench' });
      const started = performance.now();
      await runStudy(study, engine, journal);
      if (sample > 0) seconds = Math.min(seconds, (performance.now() - started) / 1000);
      runs = journal.runs;
      journal.close();
    }
    await engine.close();
    rows.push({ threads, runs, seconds, speedup: (rows[0]?.seconds ?? seconds) / seconds, load });
  }
  rmSync(folder, { recursive: true });
  return rows;
}
