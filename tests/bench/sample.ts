// One sample in a fresh process: runs the program twice untimed (for the compiler), collects garbage, times it, prints one line.
import { runOurs } from './ours/index.ts';
import type { Program } from './workloads.ts';

const program = JSON.parse(process.argv[2] ?? '') as Program;
for (let i = 0; i < 2; i++) runOurs(program);
globalThis.gc?.();
const timed = runOurs(program);
const rssMb = Math.round(process.resourceUsage().maxRSS / 102.4) / 10;
console.log(JSON.stringify({ ...timed, rssMb }));
