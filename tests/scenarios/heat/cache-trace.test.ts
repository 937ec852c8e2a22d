import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { heat } from '../../../scenarios/heat/index.ts';
import { compareScenario, runScenario, shareRuns } from '../../../scenarios/kit/index.ts';

const test = suite('heat cache traces');
const run = shareRuns(heat, (resolved) => runScenario(heat, resolved));
const counts = heat.figures.filter(({ group }) => group === 'cache counts');

test('counts of the traces are exact', async () => {
  const comparison = await compareScenario({ ...heat, figures: counts, claims: [], targets: [] }, run);
  assert.is(comparison.cells.length, 22);
  for (const { id, published, simulated } of comparison.cells) assert.is(simulated, published, id);
});

/** The walks of the traces in C, one function, so that its counters can be told from those of start and end. */
const program = `
#include <stdlib.h>
__attribute__((noinline)) void kernel_seq(volatile char *base, long length, long footprint, long stride) {
  long a = 0;
  for (register long i = 0; i < length; i++) { (void)base[a]; a += stride; if (a >= footprint) a -= footprint; }
}
__attribute__((noinline)) void kernel_lcg(volatile char *base, long length, long footprint, unsigned x) {
  for (register long i = 0; i < length; i++) { x = 1664525u * x + 1013904223u; (void)base[((x >> 8) % (footprint / 64)) * 64]; }
}
__attribute__((noinline)) void kernel_row(volatile char *base, long length, long footprint, unsigned x) {
  for (register long i = 0; i < length; i++) {
    x = 1664525u * x + 1013904223u;
    volatile char *row = base + ((x >> 8) % (footprint / 512)) * 512;
    for (register int k = 0; k < 8; k++) (void)row[64 * k];
  }
}
int main(int argc, char **argv) {
  long length = atol(argv[2]), footprint = atol(argv[3]), last = atol(argv[4]);
  volatile char *base = aligned_alloc(1 << 21, 1 << 21);
  if (argv[1][0] == 's') kernel_seq(base, length, footprint, last);
  else if (argv[1][0] == 'l') kernel_lcg(base, length, footprint, last);
  else kernel_row(base, length, footprint, last);
  return 0;
}
`;

function missing(): string | undefined {
  for (const command of ['valgrind', 'cc'])
    try {
      execFileSync(command, ['--version'], { stdio: 'pipe', timeout: 60_000 });
    } catch {
      return command;
    }
  return undefined;
}

test('counts equal those of cachegrind on the same accesses, but for the return of the function', () => {
  const absent = missing();
  if (absent !== undefined) {
    console.log(`skipped: ${absent} is not installed (apt-get install -y valgrind gcc libc6-dev)`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'escapement-'));
  const [source, binary, out] = ['a.c', 'a', 'counts'].map((name) => join(folder, name)) as [string, string, string];
  try {
    writeFileSync(source, program);
    execFileSync('cc', ['-O2', '-o', binary, source], { stdio: 'pipe', timeout: 60_000 });
    for (const cell of counts.filter(({ metric, params }) => metric === 'l1Misses' && params.traceKind !== 'seq')) {
      const set = cell.params as Record<string, number | string>;
      const line = set.lineBytes;
      execFileSync(
        'valgrind',
        [
          '--tool=cachegrind',
          '--cache-sim=yes',
          `--cachegrind-out-file=${out}`,
          `--D1=${set.l1Bytes},${set.l1Ways},${line}`,
          `--I1=32768,8,${line}`,
          `--LL=${set.llBytes},${set.llWays},${line}`,
          binary,
          String(set.traceKind),
          String(set.traceLength),
          String(set.footprintBytes),
          String(set.traceSeed),
        ],
        { stdio: 'pipe', timeout: 60_000 },
      );
      const { reads, misses } = readsOf(readFileSync(out, 'utf8'), `kernel_${set.traceKind}`);
      const references = Number(set.traceLength) * (set.traceKind === 'row' ? 8 : 1);
      assert.ok(reads - references <= 1 && reads >= references, `${cell.id}: ${reads} reads`);
      assert.ok(Math.abs(misses - Number(cell.value)) <= 1, `${cell.id}: ${misses} misses, ours ${cell.value}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Data reads and their first-level misses of one function in a cachegrind file. */
function readsOf(report: string, name: string): { readonly reads: number; readonly misses: number } {
  const events = (/^events: (.*)$/m.exec(report)?.[1] ?? '').trim().split(' ');
  const totals = { reads: 0, misses: 0 };
  let inside = false;
  for (const line of report.split('\n')) {
    if (line.startsWith('fn=')) inside = line.slice(3) === name;
    else if (inside && /^\d/.test(line)) {
      const values = line.trim().split(' ').slice(1).map(Number);
      totals.reads += values[events.indexOf('Dr')] ?? 0;
      totals.misses += values[events.indexOf('D1mr')] ?? 0;
    }
  }
  return totals;
}

test.run();
