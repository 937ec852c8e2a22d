import { receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { Definitions } from '../record/trace-chunk.ts';
import { FileTarget } from './file-target.ts';
import { control, type ThreadRing } from './thread-ring.ts';

/** The thread of a `ThreadTarget`: takes chunk after chunk out of the shared memory until it is told to close. */
function work({ options, control: shared, lengths, order, words, slots, port }: ThreadRing): void {
  const target = new FileTarget(options);
  const size = words.length / slots;
  for (let consumed = 0; ; ) {
    const produced = Atomics.load(shared, control.produced);
    if (produced === (consumed | 0)) {
      if (Atomics.load(shared, control.closing) === 1 && Atomics.load(shared, control.produced) === produced) break;
      Atomics.wait(shared, control.produced, produced, 100);
      continue;
    }
    const slot = order[consumed % slots]!;
    const { message: definitions } = receiveMessageOnPort(port) as { message: Definitions };
    target.take({ words: words.subarray(slot * size, (slot + 1) * size), length: lengths[slot]!, definitions });
    Atomics.store(lengths, slot, 0);
    consumed++;
    Atomics.store(shared, control.consumed, consumed | 0);
    Atomics.notify(shared, control.consumed);
  }
  target.finish();
  port.postMessage(target.report());
  Atomics.store(shared, control.done, 1);
  Atomics.notify(shared, control.done);
}

work(workerData as ThreadRing);
