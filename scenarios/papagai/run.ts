import { Simulation } from '../../engine/index.ts';
import type { RunContext, RunOutcome } from '../kit/index.ts';
import { readersOf } from './accuracy.ts';
import { LEAST_SENTENCES } from './lengths.ts';
import { drawLoad, resolution } from './load.ts';
import { measureQuality, measureTimes, sampleFeedback } from './measures.ts';
import type { MetricName } from './metrics.ts';
import type { PapagaiParams } from './params.ts';
import { Platform } from './platform.ts';
import { studyQuality } from './quality.ts';

/** Events between two looks at signals and progress. */
const SLICE = 200_000;

/** Simulates the week, and judges the feedback on essays of its own. */
export async function runPapagai(params: PapagaiParams, context: RunContext): Promise<RunOutcome<MetricName>> {
  const { seed } = context;
  const load = drawLoad(params, seed);
  const sim = new Simulation({ seed, resolution });
  const platform = new Platform(sim, params, load);
  while (sim.run({ maxEvents: SLICE }).end === 'maxEvents') {
    context.progress(platform.journal.delivered / params.students, `${platform.journal.delivered} essays answered`);
    await new Promise((resume) => setImmediate(resume));
  }
  const times = measureTimes(params, platform);
  const first = load.sentences.findIndex((count) => count >= LEAST_SENTENCES);
  const sample = first < 0 ? {} : { sampleFeedback: sampleFeedback(params, load, seed, first) };
  const { numbers, intervals } = measureQuality(
    studyQuality({
      essays: params.qualityEssays,
      seed,
      style: params.essayStyle,
      lengths: params,
      rules: params,
      readers: readersOf(params),
    }),
  );
  const metrics = { ...times, ...numbers, ...sample };
  const counted = Object.entries(metrics).filter((entry): entry is [string, number] => typeof entry[1] === 'number');
  return { metrics, intervals, events: sim.events, fingerprint: sim.fingerprint(Object.fromEntries(counted)) };
}
