// One sample in a fresh process: runs the program untimed until the compiler has settled, then times it, prints one line.
// Garbage is collected before the second warm-up, not after the last: with the last simulation dead, V8 throws away the code compiled for it.
import { tuneV8 } from '../../scenarios/cli/tune-v8.ts';
import { runOurs } from './ours/index.ts';
import type { Program } from './workloads.ts';

/** From the collection on V8 compiles for four runs of PHOLD: 152, 97, 91, 86 ns an event, then 85 in each. */
const WARM_UPS = 6;

tuneV8(); // as the command does
const program = JSON.parse(process.argv[2] ?? '') as Program;
const run = process.argv[3] === 'xstate' ? (await import('./xstate.ts')).runXState : runOurs;
for (let i = 0; i < WARM_UPS; i++) {
  if (i === 1) globalThis.gc?.();
  run(program);
}
const timed = run(program);
const rssMb = Math.round(process.resourceUsage().maxRSS / 102.4) / 10;
console.log(JSON.stringify({ ...timed, rssMb }));
