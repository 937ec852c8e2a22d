import { setFlagsFromString } from 'node:v8';

/**
 * Lets V8 inline the queue into the run loop and `ctx.schedule` into handlers, which its default budget of bytecode cuts off half-way:
 * a tenth to a fifth more events a second. Larger still, it makes a run of a second a tenth slower, by compiling. To be called before
 * anything is hot; for all threads of the process.
 */
export function tuneV8(): void {
  setFlagsFromString('--max-inlined-bytecode-size=1000');
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=3000');
}
