import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Duration, noTask, Simulation, type TaskRef } from '../../../engine/kernel/index.ts';
import { type DetailItem, DirectTarget, LevelsOfDetail, Recorder } from '../../../engine/trace/index.ts';

const test = suite('levels of detail');
const cases = { seed: 20261123, numRuns: 200 };

/** Tasks one after the other on one row: gap before, work, wait; ticks. */
function rowOf(
  tasks: ReadonlyArray<readonly [number, number, number]>,
  budgetBytes?: number,
): { levels: LevelsOfDetail; end: number } {
  const sim = new Simulation();
  const levels = new LevelsOfDetail(budgetBytes === undefined ? {} : { budgetBytes });
  const recorder = new Recorder(sim, new DirectTarget(levels), { chunkBytes: 4096 }).start();
  const go = (ticks: number): void => void sim.run({ until: (sim.elapsed + ticks) as Duration });
  for (const [gap, work, wait] of tasks) {
    go(gap);
    const task = sim.trace.begin('t');
    go(work);
    if (wait > 0) sim.trace.wait(task, wait % 2 === 0 ? 'link' : 'queue', 'x');
    go(wait);
    sim.trace.end(task);
  }
  recorder.flush();
  return { levels, end: sim.now };
}

const counted = (items: readonly DetailItem[]): number => items.reduce((sum, { count }) => sum + count, 0);

test('the counts of any level add up to the tasks that ended, and busy ticks to their lengths', () => {
  const task = fc.tuple(fc.nat(50), fc.nat(200), fc.nat(20));
  fc.assert(
    fc.property(fc.array(task, { minLength: 1, maxLength: 300 }), fc.boolean(), (tasks, tight) => {
      const { levels, end } = rowOf(tasks, tight ? 1000 : undefined);
      const busy = tasks.reduce((sum, [, work, wait]) => sum + work + wait, 0);
      for (let k = 0; k < 20; k++) {
        const items = levels.slices(0, 0, end + 1, 2 ** k);
        assert.is(counted(items), tasks.length);
        assert.is(
          items.reduce((sum, item) => sum + item.busy, 0),
          busy,
        );
        // Two items a pixel, and one that spans the right edge.
        assert.ok(items.length <= 2 * (Math.ceil((end + 1) / 2 ** k) + 1), `${items.length} items at level ${k}`);
      }
    }),
    cases,
  );
});

test('a window shows what ends in it and what spans its right edge, as exact tasks where there is room', () => {
  const { levels } = rowOf([
    [0, 100, 0],
    [100, 100, 0],
    [100, 1000, 1],
  ]);
  const shown = (from: number, to: number, width: number): Array<readonly [number, number, number]> =>
    levels.slices(0, from, to, width).map(({ start, end, count }) => [start, end, count]);
  assert.equal(shown(150, 250, 1), [[200, 300, 1]]);
  assert.equal(shown(0, 10_000, 1), [
    [0, 100, 1],
    [200, 300, 1],
    [400, 1401, 1],
  ]);
  assert.equal(shown(500, 600, 1), [[400, 1401, 1]]);
  assert.equal(shown(0, 10_000, 4096), [[0, 4096, 3]]);
});

test('a task as long as a bucket is drawn as itself at every level, beside what is collapsed', () => {
  const many: Array<readonly [number, number, number]> = Array.from({ length: 50 }, () => [0, 2, 0]);
  const { levels } = rowOf([...many, [0, 5000, 0], ...many]);
  for (const width of [16, 64, 512, 4096]) {
    const items = levels.slices(0, 0, 10_000, width);
    const long = items.find(({ count, end, start }) => count === 1 && end - start === 5000);
    assert.equal([long?.start, long?.end], [100, 5100], `width ${width}`);
    assert.is(counted(items), 101);
  }
});

test('an open task is shown as open, with what it waits for', () => {
  const sim = new Simulation();
  const levels = new LevelsOfDetail();
  const recorder = new Recorder(sim, new DirectTarget(levels)).start();
  const task: TaskRef = sim.trace.begin('job', 'x', noTask);
  sim.run({ until: 7 as Duration });
  sim.trace.wait(task, 'link', 'nic');
  sim.trace.instant('now', task);
  recorder.flush();
  const [item] = levels.slices(0, 0, 100, 1);
  assert.equal([item?.start, item?.end, item?.open, item?.cause, item?.label?.name], [0, 7, true, 'link', 'x']);
  assert.equal(levels.slices(0, 8, 100, 1), []);
});

test('the cause shown is the one waited for longest', () => {
  const { levels } = rowOf([
    [0, 1, 6],
    [0, 1, 9],
    [0, 1, 4],
  ]);
  assert.equal(
    levels.slices(0, 0, 100, 1).map(({ cause }) => cause),
    ['link', 'queue', 'link'],
  );
  assert.is(levels.slices(0, 0, 100, 128)[0]?.cause, 'queue');
});

test('memory stays within the budget, and the finest levels go first', () => {
  const tasks: Array<readonly [number, number, number]> = Array.from({ length: 200_000 }, () => [1, 1, 0]);
  const { levels, end } = rowOf(tasks, 200_000);
  assert.ok(levels.bytes < 1_000_000, `${levels.bytes} bytes`);
  assert.is(counted(levels.slices(0, 0, end + 1, 2 ** 14)), tasks.length);
  assert.is(levels.finished(0), tasks.length);
});

test('counters keep least, greatest, last and area of every bucket', () => {
  const sim = new Simulation();
  const levels = new LevelsOfDetail();
  const recorder = new Recorder(sim, new DirectTarget(levels)).start();
  for (const value of [3, -1, 8, 2]) {
    sim.trace.counter('depth', value, 'jobs');
    sim.run({ until: (sim.elapsed + 10) as Duration });
  }
  recorder.flush();
  assert.equal(
    levels.values(0, 0, 100, 2).map(({ at, last, count }) => [at, last, count]),
    [
      [0, 3, 1],
      [10, -1, 1],
      [20, 8, 1],
      [30, 2, 1],
    ],
  );
  assert.equal(levels.values(0, 0, 100, 256), [{ at: 0, min: -1, max: 8, last: 2, count: 4, area: 100 }]);
});

test.run();
