import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openBackend } from '../../../actors/numerics/index.ts';
import type { SimError } from '../../../engine/index.ts';
import { createRandomSource } from '../../../engine/random/index.ts';

const test = suite('numerics/backend');
const stream = createRandomSource({ seed: 5 }).stream('test', 'values');
const random = (length: number): Float32Array => Float32Array.from({ length }, () => stream.uniform() * 2 - 1);

test('products agree between backends and with double precision', async () => {
  const [wasm, cpu] = [await openBackend('wasm'), await openBackend('cpu')];
  for (const [m, k, n] of [
    [1, 1, 1],
    [3, 5, 7],
    [33, 129, 17],
  ] as const) {
    const [a, b] = [random(m * k), random(k * n)];
    const [x, y] = [wasm.matMul(a, b, m, k, n), cpu.matMul(a, b, m, k, n)];
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        let exact = 0;
        for (let p = 0; p < k; p++) exact += a[i * k + p]! * b[p * n + j]!;
        for (const product of [x, y]) assert.ok(Math.abs(product[i * n + j]! - exact) <= 1e-6 * k);
      }
  }
});

test('a backend gives the same bits every time, also after another one was used', async () => {
  const [wasm, cpu] = [await openBackend('wasm'), await openBackend('cpu')];
  const [a, b] = [random(40 * 50), random(50 * 60)];
  const first = wasm.matMul(a, b, 40, 50, 60);
  cpu.matMul(a, b, 40, 50, 60);
  assert.equal(wasm.matMul(a, b, 40, 50, 60), first);
  assert.match(wasm.description, /^wasm \(TensorFlow\.js 4\.\d+\.\d+\)$/);
});

test('auto takes node when it loads, else wasm, else cpu', async () => {
  const without =
    (missing: readonly string[]) =>
    async (specifier: string): Promise<unknown> => {
      if (missing.some((name) => specifier.endsWith(name))) throw new Error(`no ${specifier}`);
      return import(specifier.endsWith('tfjs-node') ? '@tensorflow/tfjs-core' : specifier);
    };
  assert.is((await openBackend('auto', without(['tfjs-node']))).name, 'wasm');
  assert.is((await openBackend('auto', without(['tfjs-node', 'wasm']))).name, 'cpu');
  await refused(openBackend('auto', without(['tfjs-node', 'wasm', 'cpu'])), /auto does not load .*no @tensorflow/);
  const native = {
    enableProdMode() {},
    setBackend: async (name: string) => name === 'tensorflow',
    matMul() {},
  };
  const node = await openBackend('auto', async () => ({ default: native }));
  assert.is(node.name, 'node');
});

test('a backend that does not load is refused with the reason', async () => {
  const broken = async (): Promise<unknown> => {
    throw new Error('native addon not found');
  };
  await refused(openBackend('node', broken), /backend node does not load \(native addon not found\)/);
  const uninitialised = { enableProdMode() {}, setBackend: async () => false, matMul() {} };
  await refused(
    openBackend('node', async () => uninitialised),
    /tensorflow did not initialise/,
  );
});

test('factors of other sizes are refused', async () => {
  const wasm = await openBackend('wasm');
  assert.throws(
    () => wasm.matMul(new Float32Array(6), new Float32Array(6), 2, 3, 3),
    (error: SimError) => error.code === 'NUMERICS_SHAPE' && /6 and 6/.test(error.message),
  );
  assert.throws(
    () => wasm.matMul(new Float32Array(0), new Float32Array(0), 0, 3, 0),
    (error: SimError) => error.code === 'NUMERICS_SHAPE',
  );
});

async function refused(promise: Promise<unknown>, message: RegExp): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (reason: SimError) => reason,
  );
  assert.is(error?.code, 'NUMERICS_BACKEND');
  assert.match((error as SimError).message, message);
}

test.run();
