import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LevelsOfDetail } from '../../../engine/trace/index.ts';
import { noCause, sliceFlags } from '../../../viz-server/protocol/index.ts';
import type { Segment, SliceColumns } from '../../../viz-server/web/data/columns.ts';
import { rangeOfRun, runsOf } from '../../../viz-server/web/data/slice-runs.ts';

const test = suite('runs of slices');
const runs = { seed: 20261123, numRuns: 200 };
const label = { kind: 'job', name: '' };

/** Rows of tasks as the server answers them: of each depth, buckets of 2^level ticks. */
function segmentOf(
  rows: ReadonlyArray<ReadonlyArray<readonly [number, number]>>,
  level: number,
): Segment<SliceColumns> {
  const levels = new LevelsOfDetail();
  const lists = rows.map((tasks, row) => {
    levels.row({ index: row, track: { path: 'a', lane: '' }, place: row });
    let at = 0;
    for (const [i, [gap, length]] of tasks.entries()) {
      levels.begins(row, at + gap, i + 1, label);
      at += gap + length;
      if (i + 1 < tasks.length || length % 2 === 0) levels.ends(row, at);
    }
    return levels;
  });
  const items = lists.flatMap((_, row) => levels.slices(row, 0, 1e9, 2 ** level).map((item) => ({ row, ...item })));
  const pick = (of: (item: (typeof items)[number]) => number): number[] => items.map(of);
  return {
    from: 0,
    to: 1e9,
    isCut: false,
    level,
    n: items.length,
    columns: {
      start: Float64Array.from(pick(({ start }) => start)),
      duration: Float64Array.from(pick(({ start, end }) => end - start)),
      busy: new Float64Array(items.length),
      task: Uint32Array.from(pick(({ task }) => task)),
      name: new Uint32Array(items.length),
      count: Uint32Array.from(pick(({ count }) => count)),
      depth: Uint16Array.from(pick(({ row }) => row)),
      cause: new Uint8Array(items.length).fill(noCause),
      flags: Uint8Array.from(
        pick(({ open, count, busy, start, end }) =>
          open ? sliceFlags.open : count > 1 || busy < end - start ? sliceFlags.collapsed : 0,
        ),
      ),
    },
  };
}

test('bisection finds every slice that a range shows, and few more', () => {
  const row = fc.array(fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 60 })), { maxLength: 120 });
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 0, max: 6 }),
      fc.nat(4000),
      fc.integer({ min: 1, max: 2000 }),
      (rows, level, from, span) => {
        const segment = segmentOf(rows, level);
        const { columns } = segment;
        const to = from + span;
        const starts = runsOf(segment);
        let found = 0;
        let shown = 0;
        const seen = new Set<number>();
        for (let run = 0; run + 1 < starts.length; run++) {
          const [first, last] = rangeOfRun(columns, starts[run]!, starts[run + 1]!, from, to);
          found += last - first;
          for (let i = first; i < last; i++) seen.add(i);
        }
        for (let i = 0; i < segment.n; i++) {
          const [a, b] = [columns.start[i]!, columns.start[i]! + columns.duration[i]!];
          if (b < from || a >= to) continue;
          shown++;
          assert.ok(seen.has(i), `slice ${i} from ${a} to ${b} of ${from} to ${to} at level ${level}`);
        }
        assert.ok(found <= shown + 6 * (starts.length - 1));
      },
    ),
    runs,
  );
});

test.run();
