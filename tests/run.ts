// All dist/tests/**/*.test.js under uvu in this process, or those whose path matches the pattern given; without one, suites that need
// more than Node (browser, package, peers, redis) or longer (planted) are left out. Fails on zero tests and on a file that registers none.
import { fileURLToPath, pathToFileURL } from 'node:url';
import { watchErrors } from './error-catalogues.ts';

type Run = () => Promise<[unknown, number, number, number]>; // errors, ran, skipped, total
const world = globalThis as typeof globalThis & {
  UVU_DEFER?: number;
  UVU_INDEX?: number;
  UVU_QUEUE: Array<[string, ...Run[]]>;
};
world.UVU_DEFER = 1;
const { parse } = await import('uvu/parse');
const uvu = await import('uvu');
const pattern = process.argv[2]
  ? new RegExp(process.argv[2])
  : /^(?!(browser|package|peers|planted|redis)\/).*\.test\.js$/;
const { suites } = await parse(fileURLToPath(new URL('.', import.meta.url)), pattern);
const errors = process.argv[2] === undefined ? await watchErrors() : undefined;
const testFiles = suites.filter(({ name }) => name.endsWith('.test.js'));
for (const [i, { name, file }] of testFiles.entries()) {
  world.UVU_INDEX = i;
  world.UVU_QUEUE.push([name]);
  await import(pathToFileURL(file).href);
  if (world.UVU_QUEUE[i]?.length === 1) throw new Error(`${name} registered no suite: is .run() missing?`);
}
const counts = { total: 0, passed: 0 };
for (const group of world.UVU_QUEUE)
  for (let k = 1; k < group.length; k++) {
    const run = group[k] as Run;
    group[k] = async () => {
      const result = await run();
      counts.total += result[3];
      counts.passed += result[1];
      return result;
    };
  }
await uvu.exec();
if (errors !== undefined) {
  const missing = errors.missing();
  counts.total++;
  if (missing.length === 0) counts.passed++;
  else console.log(`No test raises ${missing.join(', ')}.`);
}
console.log(`${counts.passed} passed, ${counts.total - counts.passed} failed`); // the line CI reads
if (counts.total === 0 || counts.passed < counts.total) process.exitCode = 1;

// A server or thread left open would keep this process, and the gate, for ever: it gets a moment, is named, and fails the run.
setTimeout(() => {
  console.log(`A test left open: ${[...new Set(process.getActiveResourcesInfo())].join(', ')}.`);
  process.exit(1);
}, 10_000).unref();
