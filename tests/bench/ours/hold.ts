import { EventQueue, phases } from '../../../engine/index.ts';
import { fold, holdDelays } from '../random.ts';
import type { Program } from '../workloads.ts';
import { elapsedOf, type Timed } from './timed.ts';

/** The event set alone: take the first event, schedule it again. */
export function hold({ distribution, pending, holds }: Extract<Program, { kind: 'hold' }>): Timed {
  const delays = holdDelays(distribution);
  const mask = delays.length - 1;
  const queue = new EventQueue<undefined>();
  let drawn = 0;
  let checksum = 0;
  for (let id = 0; id < pending; id++) queue.schedule(delays[drawn++ & mask]!, phases.ordinary, id, 0, undefined);
  const run = (times: number): void => {
    for (let i = 0; i < times; i++) {
      queue.take(Number.POSITIVE_INFINITY);
      const id = queue.target;
      checksum = fold(checksum, id);
      queue.schedule(queue.now + delays[drawn++ & mask]!, phases.ordinary, id, 0, undefined);
    }
  };
  run(2 * pending);
  const elapsed = elapsedOf(() => run(holds));
  return { count: holds, checksum, ...elapsed };
}
