// One sample in a fresh process: runs the program three times untimed for the compiler, then times it, prints one line.
// Garbage is collected before the last warm-up, not after it: with the last simulation dead, V8 throws away the code compiled for it.
import { tuneV8 } from '../../scenarios/cli/tune-v8.ts';
import { runOurs } from './ours/index.ts';
import type { Program } from './workloads.ts';

tuneV8(); // as the command does
const program = JSON.parse(process.argv[2] ?? '') as Program;
const run = process.argv[3] === 'xstate' ? (await import('./xstate.ts')).runXState : runOurs;
for (let i = 0; i < 3; i++) {
  if (i === 2) globalThis.gc?.();
  run(program);
}
const timed = run(program);
const rssMb = Math.round(process.resourceUsage().maxRSS / 102.4) / 10;
console.log(JSON.stringify({ ...timed, rssMb }));
