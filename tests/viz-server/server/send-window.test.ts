import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SendWindow } from '../../../viz-server/server/send-window.ts';

const test = suite('server: window of what is on its way');

/** A viewer that takes so many bytes a second, told every 100 ms; how old what it takes last is, in ms. */
function delayAt(perSecond: number): number {
  let now = 0;
  const window = new SendWindow(() => now);
  const queue: Array<{ bytes: number; at: number }> = [];
  let delay = 0;
  for (; now < 60_000; now += 100) {
    while (window.room > 0) {
      const bytes = Math.min(window.room, 64 << 10);
      window.sent(bytes);
      queue.push({ bytes, at: now });
    }
    let taken = 0;
    for (let left = perSecond / 10; left > 0 && queue.length > 0; ) {
      const first = queue[0]!;
      const part = Math.min(left, first.bytes);
      delay = now - first.at;
      left -= part;
      taken += part;
      first.bytes -= part;
      if (first.bytes === 0) queue.shift();
    }
    window.taken(taken);
  }
  return delay;
}

test('what a slow line brings is seconds old, not tens of them; a fast line is not held back', () => {
  assert.ok(delayAt(200_000) < 3000, `${delayAt(200_000)} ms`);
  assert.ok(delayAt(2_000_000) < 700, `${delayAt(2_000_000)} ms`);
  assert.ok(delayAt(1e9) < 200, `${delayAt(1e9)} ms`);
});

test('nothing taken, nothing more sent; more said to be taken than was sent counts for nothing', () => {
  const window = new SendWindow(() => 0);
  window.sent(window.room);
  assert.is(window.room, 0);
  window.taken(1e12);
  assert.is(window.room, window.size);
  assert.ok(window.size <= 16 << 20);
});

test.run();
