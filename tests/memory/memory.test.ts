import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runCase } from './run-case.ts';

const test = suite('memory of the full engine');

test('a million pending events take less than 100 bytes each, payloads of 40 bytes taken off', () => {
  const { pending, bytesPerEvent = 0 } = runCase('pending', 1_000_000);
  assert.is(pending, 1_000_000);
  assert.ok(bytesPerEvent - 40 < 100, `${bytesPerEvent} with their payloads`);
});

test('a run that cancels 90 % of its timers keeps memory flat', () => {
  const { firstMB = 0, lastMB = 0, fired = 0 } = runCase('cancels', 60);
  assert.ok(fired > 100_000);
  assert.ok(lastMB < 1.1 * firstMB, `${firstMB} MB, then ${lastMB} MB`);
});

test('the kernel keeps no object per event: what a fresh payload costs is its own', () => {
  // V8 boxes numbers that pass a call it does not inline, 16 bytes each: the time twice, the handle.
  const { bytesPerEvent = 0, payloadBytes = 0 } = runCase('payload', 30);
  assert.ok(payloadBytes >= 40, `${payloadBytes}`);
  assert.ok(bytesPerEvent < 49, `${bytesPerEvent} bytes an event`);
});

test.run();
