import { estimateMean, relativePrecision } from '../../engine/index.ts';
import { StudyStopped, type SweepEngine } from './engine.ts';
import type { Journal } from './journal.ts';
import type { Study } from './study.ts';

/** How far a study is. `total` may grow while a precision is asked for. */
export interface StudyProgress {
  readonly done: number;
  readonly total: number;
  readonly failed: number;
  /** Runs computed since this start; the others were journalled before. */
  readonly computed: number;
}

/**
 * Computes every run of a study that its journal does not hold, at most `engine.window` at a time. Returns false when it was stopped.
 * Which runs there are depends on the study and the journalled results alone, never on the order in which runs finish.
 */
export async function runStudy(
  study: Study,
  engine: SweepEngine,
  journal: Journal,
  onProgress: (progress: StudyProgress) => void = () => undefined,
): Promise<boolean> {
  const { replicating } = study;
  const runnable = runnablePoints(study);
  const slots = new Slots(engine.window);
  const counts = { done: 0, total: runnable.length * replicating.least, failed: 0, computed: 0 };
  let trouble: unknown;
  const one = async (point: number, replication: number): Promise<void> => {
    try {
      const setting = study.setting(point);
      if (setting === undefined) return;
      const result = await engine.run({ point, replication, resolved: setting.resolved });
      if (journal.add(point, replication, result)) counts.computed += 1;
      counts.done += 1;
      if (result.kind === 'failed') counts.failed += 1;
      onProgress(counts);
    } catch (error) {
      trouble ??= error;
    } finally {
      slots.give();
    }
  };
  const pass = async (points: Iterable<number>, from: (point: number) => number, to: (point: number) => number) => {
    for (const point of points)
      for (let replication = from(point); replication < to(point); replication++) {
        if (trouble !== undefined) return;
        if (journal.has(point, replication)) {
          counts.done += 1;
          if (journal.hasFailed(point, replication)) counts.failed += 1;
          continue;
        }
        await slots.take();
        if (trouble !== undefined) {
          slots.give();
          return;
        }
        void one(point, replication);
      }
  };
  let size = replicating.least;
  let open: Iterable<number> & { readonly length: number } = runnable;
  let before = 0;
  for (;;) {
    const [low, high] = [before, size];
    await pass(
      open,
      () => low,
      () => high,
    );
    await slots.idle();
    if (trouble instanceof StudyStopped) return false;
    if (trouble !== undefined) throw trouble;
    if (replicating.precision === undefined || size >= replicating.most) break;
    const wide: number[] = [];
    for (const point of open) if (!isPrecise(study, journal, point, size)) wide.push(point);
    if (wide.length === 0) break;
    before = size;
    size = Math.min(replicating.most, Math.ceil(size * 1.5));
    open = wide;
    counts.total += wide.length * (size - before);
  }
  onProgress(counts);
  return true;
}

/** How many replications of a runnable setting the journal must hold for the study to be complete, by the same rule as `runStudy`. */
export function replicationsOf(study: Study, journal: Journal, point: number): number {
  const { least, most, precision } = study.replicating;
  let size = least;
  while (precision !== undefined && size < most && !isPrecise(study, journal, point, size))
    size = Math.min(most, Math.ceil(size * 1.5));
  return size;
}

/** Points that are in the study and can run. */
function runnablePoints(study: Study): Uint32Array {
  const points = new Uint32Array(study.points);
  let count = 0;
  for (let point = 0; point < study.points; point++) {
    const setting = study.setting(point);
    if (setting !== undefined && setting.refusal === undefined) points[count++] = point;
  }
  return points.slice(0, count);
}

/** Whether the goal's interval over the first `n` replications is narrow enough; a failed or incomplete setting is not tried further. */
function isPrecise(study: Study, journal: Journal, point: number, n: number): boolean {
  const values: number[] = [];
  for (let replication = 0; replication < n; replication++) {
    if (!journal.has(point, replication)) return true;
    const result = journal.read(point, replication);
    const value = result.kind === 'done' ? result.replication.outcome.metrics[study.goal.metric] : undefined;
    if (typeof value !== 'number') return true;
    values.push(value);
  }
  const estimate = estimateMean(values);
  return estimate.halfWidth === 0 || relativePrecision(estimate) <= (study.replicating.precision ?? 0);
}

/** A number of slots that are taken and given back. */
class Slots {
  #free: number;
  readonly #size: number;
  readonly #waiting: Array<() => void> = [];

  constructor(size: number) {
    this.#size = size;
    this.#free = size;
  }

  async take(): Promise<void> {
    if (this.#free === 0) await new Promise<void>((resume) => this.#waiting.push(resume));
    this.#free -= 1;
  }

  give(): void {
    this.#free += 1;
    this.#waiting.shift()?.();
  }

  /** Resolves when all are free. */
  async idle(): Promise<void> {
    for (let i = 0; i < this.#size; i++) await this.take();
    for (let i = 0; i < this.#size; i++) this.give();
  }
}
