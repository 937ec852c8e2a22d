import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { noLink, readLink, writeLink } from '../../../viz-server/web/app/deep-link.ts';
import { type Segment, type SliceColumns, sliceFlags } from '../../../viz-server/web/data/columns.ts';
import { TraceData, type Track } from '../../../viz-server/web/data/trace-data.ts';
import { keyName, takesText } from '../../../viz-server/web/keys/key-name.ts';
import { axisStep, formatCount, formatSpan, formatTick, formatValue } from '../../../viz-server/web/view/time-scale.ts';
import { TimeView } from '../../../viz-server/web/view/time-view.ts';
import { layoutTracks, pathOf, visibleRows } from '../../../viz-server/web/view/track-layout.ts';

const test = suite('state of the page');
const runs = { seed: 20261123, numRuns: 200 };

function segment(level: number, from: number, to: number, ends: readonly number[], length = 1): Segment<SliceColumns> {
  const n = ends.length;
  return {
    from,
    to,
    isCut: false,
    level,
    n,
    columns: {
      start: Float64Array.from(ends, (end) => end - length),
      duration: new Float64Array(n).fill(length),
      busy: new Float64Array(n).fill(1),
      task: Uint32Array.from(ends, (end) => end),
      name: new Uint32Array(n),
      count: new Uint32Array(n).fill(1),
      depth: new Uint16Array(n),
      cause: new Uint8Array(n).fill(255),
      flags: new Uint8Array(n),
    },
  };
}

test('a chunk replaces what was held in its range at its level', () => {
  const { slices } = new TraceData().of(1);
  slices.put(segment(3, 0, 100, [10, 50, 90]));
  slices.put(segment(3, 40, 60, [55]));
  assert.equal(
    slices.pieces(0, 100, 3).map(({ from, to, segment }) => [from, to, segment.n]),
    [
      [0, 40, 3],
      [40, 60, 1],
      [60, 100, 3],
    ],
  );
});

test('a view is covered once, by the level it asks for where that is held', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(8), fc.nat(99), fc.integer({ min: 1, max: 60 })), { minLength: 1, maxLength: 40 }),
      fc.nat(8),
      (chunks, wished) => {
        const { slices } = new TraceData().of(1);
        const held = new Array<Set<number>>(160);
        for (let t = 0; t < 160; t++) held[t] = new Set();
        for (const [level, from, length] of chunks) {
          slices.put(segment(level, from, from + length, []));
          for (let t = from; t < from + length; t++) held[t]!.add(level);
        }
        const pieces = slices.pieces(0, 160, wished);
        for (let i = 1; i < pieces.length; i++) assert.ok(pieces[i]!.from >= pieces[i - 1]!.to);
        for (let t = 0; t < 160; t++) {
          const piece = pieces.find(({ from, to }) => from <= t && t < to);
          assert.is(piece !== undefined, held[t]!.size > 0);
          if (held[t]!.has(wished)) assert.is(piece!.segment.level, wished);
        }
      },
    ),
    runs,
  );
});

test('following for long joins slivers and loses no task', () => {
  const { slices } = new TraceData().of(1);
  const expected: number[] = [];
  for (let i = 0; i < 400; i++) {
    // Each answer speaks again for the last bucket, as the server does when it has changed; the open task at its edge is said anew.
    const from = Math.max(0, i * 10 - 10);
    const open = segment(4, from, i * 10 + 10, [...(i > 0 ? [i * 10 - 5] : []), i * 10 + 5, i * 10 + 11], 2);
    open.columns.flags[open.n - 1] = sliceFlags.open;
    slices.put(open);
    expected.push(i * 10 + 5);
  }
  const ends: number[] = [];
  for (const {
    from,
    to,
    segment: { columns, n, isCut, to: edge },
  } of slices.pieces(0, 4000, 4))
    for (let i = 0; i < n; i++) {
      const end = columns.start[i]! + columns.duration[i]!;
      if (end >= from && end < to && !(isCut && end >= edge) && columns.flags[i] === 0) ends.push(end);
    }
  assert.equal(ends, expected);
  assert.ok(slices.size < 900);
});

test('zooming in and out about a pixel comes back, and the range stays near the run', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.1, max: 10, noNaN: true }),
      fc.nat(999),
      fc.integer({ min: -5000, max: 5000 }),
      (factor, x, pixels) => {
        const view = new TimeView();
        view.width = 1000;
        view.advance(1e9);
        const at = view.timeAt(x);
        view.zoom(Math.min(1, factor), x);
        assert.ok(Math.abs(view.timeAt(x) - at) <= view.ticksPerPixel * 501);
        view.pan(pixels);
        assert.ok(view.to > 0 && view.from < view.limit);
      },
    ),
    runs,
  );
});

test('follow shows the live edge until the reader freezes or moves the view', () => {
  const view = new TimeView();
  view.width = 100;
  view.advance(1000);
  assert.ok(view.to >= 1000);
  view.frozen = true;
  view.advance(5000);
  assert.ok(view.to < 5000);
  view.frozen = false;
  view.advance(5000);
  assert.ok(view.to >= 5000);
  view.followSpan = 500;
  view.advance(6000);
  assert.is(view.span, 500);
  view.pan(-10);
  assert.not.ok(view.follow);
  view.remember();
  view.show(100, 200);
  assert.ok(view.back());
});

test('the level of a view is the power of two next to a pixel', () => {
  const view = new TimeView();
  view.width = 100;
  view.from = 0;
  for (const [span, level] of [
    [100, 0],
    [101, 1],
    [200, 1],
    [201, 2],
    [102_400, 10],
  ] as const) {
    view.to = span;
    assert.is(view.level, level);
  }
});

test('texts of times, counts and values', () => {
  assert.is(formatSpan(412e6, 1), '412 us');
  assert.is(formatSpan(1.2345678e9, 1000), '1.235 s');
  assert.is(formatSpan(3, 1), '3 ps');
  assert.is(formatTick(1.5e9, 5e8, 1), '1.5 ms');
  assert.is(axisStep(1, 110), 200);
  assert.is(axisStep(1e-6), 1);
  assert.is(formatCount(12_345_678), '12.3M');
  assert.is(formatValue(35.12e9, 'B'), '35.12 GB');
});

test('neighbours on an axis have different texts', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 1e9, noNaN: true }), fc.nat(100_000), (perPixel, k) => {
      const step = axisStep(perPixel);
      assert.is.not(formatTick(k * step, step, 1), formatTick((k + 1) * step, step, 1));
    }),
    runs,
  );
});

test('rows follow the tree; a filter keeps what matches, its parents and its children', () => {
  const data = new TraceData();
  const track = (id: number, parent: number, kind: Track['kind'], name: string): Track => ({
    id,
    parent,
    kind,
    name,
    order: id,
    unit: '',
    actor: name,
    sim: 1,
  });
  data.addTracks(
    [
      track(1, 0, 'simulation', 'gpu0'),
      track(2, 1, 'lane', 'compute'),
      track(3, 1, 'counter', 'memory'),
      track(4, 0, 'simulation', 'gpu1'),
      track(5, 4, 'lane', 'exchange'),
    ],
    [],
  );
  const names = (filter: string, closed: number[] = [], pinned: number[] = []): string[] =>
    layoutTracks(data, { closed: new Set(closed), pinned: new Set(pinned), filter }).rows.map((row) => row.track.name);
  assert.equal(names(''), ['gpu0', 'compute', 'memory', 'gpu1', 'exchange']);
  assert.equal(names('', [1]), ['gpu0', 'gpu1', 'exchange']);
  assert.equal(names('exch'), ['gpu1', 'exchange']);
  assert.equal(names('gpu0'), ['gpu0', 'compute', 'memory']);
  assert.equal(names('', [], [5]), ['exchange', 'gpu0', 'compute', 'memory', 'gpu1']);
  const layout = layoutTracks(data, { closed: new Set(), pinned: new Set(), filter: '' });
  assert.equal(
    visibleRows(layout, 30, 60).map((row) => row.track.name),
    ['compute', 'memory'],
  );
  assert.is(pathOf(data.tracks.get(5)!), 'exchange');
});

test('a link says what it was made from', () => {
  const link = {
    ...noLink,
    token: 'ab',
    run: 'r 1',
    from: 12,
    to: 9_000_000_000,
    task: 7,
    past: 1204,
    axis: 'events',
    tab: 'blocking',
    query: 'a & b #',
    filter: 'x',
    pinned: [1, 2],
    closed: [3],
  };
  assert.equal(readLink(writeLink(link)), link);
  assert.equal(readLink('#from=1e9&task=<img>&pin=1.x.2'), { ...noLink, pinned: [1, 2] });
});

test('keys have the names that help shows', () => {
  const press = (key: string, shiftKey = false, ctrlKey = false) =>
    keyName({ key, shiftKey, ctrlKey, metaKey: false, altKey: false });
  assert.is(press(' ', true), 'Shift+Space');
  assert.is(press('?', true), '?');
  assert.is(press('P', true, true), 'Ctrl+Shift+P');
  assert.is(press('ArrowUp'), 'Up');
  assert.ok(takesText({ tagName: 'INPUT', type: 'search' }));
  assert.not.ok(takesText({ tagName: 'INPUT', type: 'checkbox' }));
});

test.run();
