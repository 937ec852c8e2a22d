import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { limits } from '../../../viz-server/protocol/index.ts';
import { look, Stage, settle } from './fake-viewer.ts';

const test = suite('server: views');
const end = Number.MAX_SAFE_INTEGER;

test('1. A late joiner sees what one sees who was there from the start', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 120 }),
      fc.integer({ min: 1, max: 1000 }),
      fc.integer({ min: 20, max: 400 }),
      (workers, jobs, seed, events) => {
        const stage = new Stage(workers, jobs, seed);
        const early = stage.join();
        const span = workers * jobs * 2_000_000;
        look(early.viewer, 0, span, 300);
        while (stage.run(events)) settle(early.viewer, early.held);
        stage.finish();
        settle(early.viewer, early.held);
        const late = stage.join();
        look(late.viewer, 0, span, 300);
        settle(late.viewer, late.held);
        assert.equal(early.held.table(), late.held.table());
        assert.is(late.held.tasks(), stage.store.tasks);
      },
    ),
    { seed: 20261123, numRuns: 100 },
  );
});

test('2. At most two items a pixel and row, and the counts add up to the tasks', () => {
  const stage = new Stage(3, 4000);
  stage.finish();
  for (const width of [1, 10, 100, 1000]) {
    const { viewer, held } = stage.join();
    look(viewer, 0, stage.store.now + 1, width);
    settle(viewer, held);
    assert.ok(held.mostItems <= 2 * width + 2, `${held.mostItems} items on ${width} pixels`);
    assert.is(held.tasks(), stage.store.tasks);
  }
});

test('3. Without credit a view gets coarser, says so, and gets sharp again', () => {
  const stage = new Stage(16, 8000);
  stage.run(120_000);
  const { viewer, held } = stage.join();
  look(viewer, 0, stage.store.now + 1, 16_000);
  settle(viewer, held, false);
  const [first] = held.of('lossy');
  assert.ok(first !== undefined && first.level > 0 && first.reason === 'credit');
  assert.ok(held.bytes <= limits.initialCredit, 'no more than the credit is sent');
  assert.is(held.tasks(), stage.store.tasks, 'coarser, nothing left out');
  for (let i = 0; i < 40; i++) {
    viewer.receive(JSON.stringify({ type: 'credit', bytes: limits.maxCredit }));
    settle(viewer, held);
  }
  assert.is(held.of('lossy').at(-1)?.level, 0);
  const sharp = stage.join();
  look(sharp.viewer, 0, stage.store.now + 1, 16_000);
  for (let i = 0; i < 40; i++) {
    sharp.viewer.receive(JSON.stringify({ type: 'credit', bytes: limits.maxCredit }));
    settle(sharp.viewer, sharp.held);
  }
  assert.equal(held.table(), sharp.held.table());
});

test('3. A socket that takes nothing gets nothing, and catches up later', () => {
  const stage = new Stage(4, 500);
  const { viewer, held, socket } = stage.join();
  look(viewer, 0, 10 ** 9, 500);
  socket.bufferedAmount = limits.maxBuffered;
  while (stage.run(100)) settle(viewer, held);
  assert.is(held.bytes, 0);
  assert.is(held.of('lossy')[0]?.reason, 'socket');
  socket.bufferedAmount = 0;
  stage.finish();
  for (let i = 0; i < 10; i++) settle(viewer, held);
  assert.is(held.of('lossy').at(-1)?.level, 0);
  const late = stage.join();
  look(late.viewer, 0, 10 ** 9, 500);
  settle(late.viewer, late.held);
  assert.equal(held.table(), late.held.table());
});

test('4. Following sends what has changed, not everything again', () => {
  const stage = new Stage(4, 3000);
  const { viewer, held } = stage.join();
  stage.run(8000);
  look(viewer, 0, stage.store.now, 1000, true);
  settle(viewer, held);
  const first = held.bytes;
  for (let i = 0; i < 20; i++) {
    stage.run(20);
    settle(viewer, held);
  }
  assert.ok(held.bytes - first < first, `${held.bytes - first} after ${first} bytes`);
});

test('5. Five viewers over many tasks: memory of the server does not grow with what they take', () => {
  const stage = new Stage(8, 6000);
  const viewers = Array.from({ length: 5 }, () => stage.join());
  for (const { viewer } of viewers) look(viewer, 0, end, 1200);
  let taken = 0;
  while (stage.run(1000))
    for (const { viewer, held } of viewers) {
      look(viewer, Math.max(0, stage.store.now - 10 ** 7), stage.store.now + 1, 1200);
      settle(viewer, held);
      taken += held.bytes;
      held.bytes = 0;
      held.slices.clear();
    }
  assert.ok(taken > 10 ** 6, `${taken} bytes`);
  assert.ok(stage.store.bytes < 64 << 20, `${stage.store.bytes} bytes of levels`);
});

test.run();
