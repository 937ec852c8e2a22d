import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sliceFlags } from '../../../viz-server/web/data/columns.ts';
import { eventCounts } from '../../../viz-server/web/data/event-counts.ts';
import { TraceData } from '../../../viz-server/web/data/trace-data.ts';
import { axisLabels } from '../../../viz-server/web/view/axis-labels.ts';
import { EventAxis } from '../../../viz-server/web/view/event-axis.ts';
import { TimeView } from '../../../viz-server/web/view/time-view.ts';

const test = suite('axis by events');
const runs = { seed: 20261123, numRuns: 200 };
const axes = fc
  .tuple(
    fc.integer({ min: 0, max: 1e12 }),
    fc.integer({ min: 100, max: 1e12 }),
    fc.array(fc.nat(1000), { minLength: 1, maxLength: 300 }),
  )
  .map(([from, span, counts]) => new EventAxis(from, from + span, counts));

test('an axis by events rises, and its inverse leads back', () => {
  fc.assert(
    fc.property(axes, fc.array(fc.double({ min: -0.2, max: 1.2, noNaN: true }), { minLength: 2 }), (axis, shares) => {
      const span = axis.to - axis.from;
      const times = shares.map((share) => axis.from + share * span).sort((a, b) => a - b);
      for (const [i, time] of times.entries()) {
        const place = axis.placeOf(time);
        assert.ok(Math.abs(axis.timeOf(place) - time) <= span * 1e-7 + axis.to * 1e-14);
        if (i > 0) assert.ok(place >= axis.placeOf(times[i - 1]!) - span * 1e-12);
      }
      assert.is(axis.placeOf(axis.from), axis.from);
      assert.is(axis.placeOf(axis.to), axis.to);
    }),
    runs,
  );
});

test('equal counts of events take equal room, quiet time a tenth', () => {
  // 100 events in the first of ten cells, 100 in the last, none between.
  const axis = new EventAxis(0, 1000, [100, 0, 0, 0, 0, 0, 0, 0, 0, 100]);
  const [busy, quiet, late] = [axis.placeOf(100), axis.placeOf(900) - axis.placeOf(100), 1000 - axis.placeOf(900)];
  assert.ok(Math.abs(busy - late) < 10, `${busy} and ${late}`);
  assert.ok(busy > 440 && quiet > 80 && quiet < 95, `${busy} busy, ${quiet} quiet`);
  // Without any events, or with as many everywhere, time is as long as it is.
  for (const counts of [
    [0, 0, 0, 0],
    [7, 7, 7, 7],
  ])
    for (const at of [0, 100, 250, 999]) assert.ok(Math.abs(new EventAxis(0, 1000, counts).placeOf(at) - at) < 45);
});

test('a long task among bursts is one step from event to event', () => {
  const counts = new Array<number>(1000).fill(0);
  for (let i = 0; i < 10; i++) counts[i] = counts[999 - i] = 10;
  const axis = new EventAxis(0, 1000, counts);
  const middle = axis.placeOf(990) - axis.placeOf(10);
  assert.ok(middle < 110, `${middle}`);
});

test('zoom and pan keep to the axis: the time under the cursor stays, a pan is a shift', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(50), { minLength: 20, maxLength: 200 }),
      fc.double({ min: 0.3, max: 3, noNaN: true }),
      fc.integer({ min: 0, max: 1000 }),
      (counts, factor, x) => {
        const view = new TimeView();
        view.advance(1e9);
        view.axis = new EventAxis(0, 1e9, counts);
        view.show(2e8, 8e8, 0);
        const at = view.timeAt(x);
        view.zoom(factor, x);
        assert.ok(Math.abs(view.timeAt(x) - at) < 2);
        const before = view.timeAt(500);
        view.pan(100);
        assert.ok(Math.abs(view.timeAt(400) - before) < 2 || view.to >= 1e9);
      },
    ),
    runs,
  );
});

test('labels of an axis rise and stand apart', () => {
  const view = new TimeView();
  view.advance(1e6);
  view.show(0, 1e6, 0);
  assert.equal(
    axisLabels(view).map(({ at }) => at),
    [0, 2e5, 4e5, 6e5, 8e5],
  );
  view.axis = new EventAxis(0, 1e6, [...new Array<number>(50).fill(90), ...new Array<number>(50).fill(1)]);
  const bent = axisLabels(view);
  for (const [i, { at, step }] of bent.entries()) {
    assert.ok(Math.abs(at / step - Math.round(at / step)) < 1e-9);
    if (i > 0) assert.ok(view.xOf(at) - view.xOf(bent[i - 1]!.at) >= 50);
  }
  assert.ok(bent.filter(({ at }) => at < 5e5).length >= 5);
});

test('events are begins and ends, and those of what is collapsed spread over its bucket', () => {
  const data = new TraceData();
  data.of(4).slices.put({
    from: 0,
    to: 80,
    isCut: false,
    level: 3,
    n: 3,
    columns: {
      start: Float64Array.of(5, 40, 70),
      duration: Float64Array.of(20, 20, 5),
      busy: Float64Array.of(1, 1, 1),
      task: Uint32Array.of(1, 2, 3),
      name: new Uint32Array(3),
      count: Uint32Array.of(1, 6, 1),
      depth: new Uint16Array(3),
      cause: new Uint8Array(3).fill(255),
      flags: Uint8Array.of(0, sliceFlags.collapsed, sliceFlags.open),
    },
  });
  assert.equal([...eventCounts(data, [4], 0, 80, 3, 8)], [1, 0, 1, 0, 6, 6, 0, 1]);
});

test.run();
