// One sample in a fresh process: warms the compiler up on the small program, collects garbage, times the full one, prints one line.
import { runOurs } from './ours/index.ts';
import type { Program } from './workloads.ts';

const { program, warm } = JSON.parse(process.argv[2] ?? '') as { program: Program; warm: Program };
for (let i = 0; i < 20; i++) runOurs(warm);
globalThis.gc?.();
const { count, checksum, seconds } = runOurs(program);
const rssMb = Math.round(process.resourceUsage().maxRSS / 102.4) / 10;
console.log(JSON.stringify({ count, checksum, seconds, rssMb }));
