import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Runs one case of `child.ts` in a process of its own and returns what it measured. */
export function runCase(name: string, size: number): Readonly<Record<string, number>> {
  const child = fileURLToPath(new URL('child.js', import.meta.url));
  // For what is allocated per event: a young space so large that most samples see no collection.
  const young =
    name === 'pending' || name === 'cancels' ? [] : ['--min-semi-space-size=32', '--max-semi-space-size=32'];
  // The budget of inlining is that of the command, see scenarios/cli/tune-v8.ts.
  const inlining = ['--max-inlined-bytecode-size=1000', '--max-inlined-bytecode-size-cumulative=3000'];
  const flags = ['--expose-gc', ...inlining, ...young];
  return JSON.parse(execFileSync(process.execPath, [...flags, child, name, String(size)], { encoding: 'utf8' }));
}
