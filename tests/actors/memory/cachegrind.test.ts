import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CacheArray } from '../../../actors/memory/index.ts';

const test = suite('caches against cachegrind');

/** Columns, rows, a list in shuffled order, and accesses across line borders. */
const program = `
#include <stdlib.h>
#include <string.h>
static double m[96][96];
int main(void) {
  double s = 0;
  for (int i = 0; i < 96; i++) for (int j = 0; j < 96; j++) m[j][i] = i ^ j;
  for (int i = 0; i < 96; i++) for (int j = 0; j < 96; j++) s += m[i][j] * m[j][i];
  unsigned *next = malloc(8192 * sizeof *next), at = 0;
  for (unsigned i = 0; i < 8192; i++) next[i] = (i * 2477 + 1) % 8192;
  for (unsigned i = 0; i < 20000; i++) at = next[at];
  char *bytes = malloc(40000);
  memset(bytes, 1, 40000);
  for (unsigned i = 0; i < 39000; i += 61) { long v; memcpy(&v, bytes + i, sizeof v); at += v; bytes[i]++; }
  return s + at == 42;
}
`;

/** Sizes small enough to miss often: bytes, ways, line. */
const I1 = [8192, 2, 64] as const;
const D1 = [4096, 4, 64] as const;
const LL = [65536, 8, 64] as const;

function run(command: string, args: readonly string[]): void {
  execFileSync(command, args, { stdio: 'pipe', timeout: 60_000 });
}

function missing(): string | undefined {
  for (const command of ['valgrind', 'cc'])
    try {
      run(command, ['--version']);
    } catch {
      return command;
    }
  return undefined;
}

const arrayOf = ([size, ways, line]: readonly [number, number, number]) =>
  new CacheArray({ sets: size / (ways * line), ways });

/** Cachegrind's model: LRU, write-allocate, nothing written back; an access across two lines uses both and misses once; its misses use LL whole. */
function countMisses(trace: string): Record<string, number> {
  const [i1, d1, ll] = [arrayOf(I1), arrayOf(D1), arrayOf(LL)];
  const counts: Record<string, number> = { Ir: 0, I1mr: 0, ILmr: 0, Dr: 0, D1mr: 0, DLmr: 0, Dw: 0, D1mw: 0, DLmw: 0 };
  const add = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  const hits = (array: CacheArray, address: number, size: number): boolean => {
    const first = Math.floor(address / 64);
    const last = Math.floor((address + size - 1) / 64);
    const hit = array.reference(first);
    return last === first ? hit : array.reference(last) && hit;
  };
  for (const [, kind, address, size] of trace.matchAll(/^(I | S| L| M) ([0-9a-f]+),(\d+)$/gim)) {
    const at = Number.parseInt(address as string, 16);
    const bytes = Number(size);
    const [array, all, inner, outer] =
      kind === 'I '
        ? ([i1, 'Ir', 'I1mr', 'ILmr'] as const)
        : kind === ' S'
          ? ([d1, 'Dw', 'D1mw', 'DLmw'] as const)
          : ([d1, 'Dr', 'D1mr', 'DLmr'] as const);
    add(all);
    if (hits(array, at, bytes)) continue;
    add(inner);
    if (!hits(ll, at, bytes)) add(outer);
  }
  return counts;
}

test('misses equal those of cachegrind on a recorded trace', () => {
  const absent = missing();
  if (absent !== undefined) {
    console.log(`skipped: ${absent} is not installed (apt-get install -y valgrind gcc libc6-dev)`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'escapement-'));
  try {
    const [source, binary, out, log] = ['a.c', 'a', 'counts', 'trace'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
      string,
    ];
    writeFileSync(source, program);
    run('cc', ['-O1', '-o', binary, source]);
    const shapes = Object.entries({ I1, D1, LL }).map(([name, shape]) => `--${name}=${shape.join(',')}`);
    const cachegrind = ['--tool=cachegrind', '--cache-sim=yes', `--cachegrind-out-file=${out}`, ...shapes];
    run('valgrind', [...cachegrind, binary]);
    run('valgrind', ['--tool=lackey', '--trace-mem=yes', '--basic-counts=no', `--log-file=${log}`, binary]);
    const report = readFileSync(out, 'utf8');
    const names = (/^events: (.*)$/m.exec(report)?.[1] ?? '').trim().split(' ');
    const values = (/^summary: (.*)$/m.exec(report)?.[1] ?? '').split(' ').map(Number);
    const expected = Object.fromEntries(names.map((name, i) => [name, values[i]]));
    assert.ok((expected.D1mr ?? 0) > 20_000 && (expected.DLmr ?? 0) > 500, JSON.stringify(expected));
    assert.equal(countMisses(readFileSync(log, 'utf8')), expected);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.run();
