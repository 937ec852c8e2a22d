import { numericsErrors } from './errors.ts';

/** Tensor backends that can be asked for; `auto` is node when it loads, else wasm, else cpu. */
export type BackendName = 'auto' | 'node' | 'wasm' | 'cpu';

/** Where matrix products are computed. All else is plain arithmetic in this room, the same on every backend. */
export interface Backend {
  readonly name: Exclude<BackendName, 'auto'>;
  /** What to print: library, version and backend. */
  readonly description: string;
  /** The product of `a` (m x k) and `b` (k x n), row-major; throws NUMERICS_SHAPE when an array has another size. */
  matMul(a: Float32Array, b: Float32Array, m: number, k: number, n: number): Float32Array;
}

/** Imports a module by name; tests hand in one of their own. */
export type ImportModule = (specifier: string) => Promise<unknown>;

interface Matrix {
  dataSync(): Float32Array;
  dispose(): void;
}

/** The part of TensorFlow.js that is used. */
interface TensorFlow {
  readonly version_core?: string;
  readonly version?: unknown;
  tensor2d(values: Float32Array, shape: [number, number], dtype: 'float32'): Matrix;
  matMul(a: Matrix, b: Matrix): Matrix;
  getBackend(): string;
  setBackend(name: string): Promise<boolean>;
  enableProdMode(): void;
}

const packages = {
  node: { specifier: '@tensorflow/tfjs-node', backend: 'tensorflow' },
  wasm: { specifier: '@tensorflow/tfjs-backend-wasm', backend: 'wasm' },
  cpu: { specifier: '@tensorflow/tfjs-backend-cpu', backend: 'cpu' },
} as const;

const importModule: ImportModule = (specifier) => import(specifier);

/**
 * Opens a tensor backend; throws NUMERICS_BACKEND when it does not load. The same arrays give the same bits every time on one backend, and
 * products within 1e-5 of their scale on different ones.
 */
export async function openBackend(name: BackendName, load: ImportModule = importModule): Promise<Backend> {
  if (name !== 'auto') return open(name, load);
  const reasons: string[] = [];
  for (const candidate of ['node', 'wasm', 'cpu'] as const)
    try {
      return await open(candidate, load);
    } catch (error) {
      reasons.push(String(error));
    }
  throw numericsErrors.create('NUMERICS_BACKEND', { name, reason: reasons.join('; ') });
}

async function open(name: Backend['name'], load: ImportModule): Promise<Backend> {
  const { specifier, backend } = packages[name];
  try {
    const module = await load(specifier);
    const tf = interopOf(name === 'node' ? module : await load('@tensorflow/tfjs-core')) as TensorFlow;
    tf.enableProdMode();
    if (!(await tf.setBackend(backend))) throw new Error(`${backend} did not initialise`);
    return new TensorFlowBackend(name, backend, tf);
  } catch (error) {
    throw numericsErrors.create('NUMERICS_BACKEND', { name, reason: reasonOf(error) }, {}, error);
  }
}

/** Products by TensorFlow.js. Its choice of backend is global, so it is set again when another one was used in between. */
class TensorFlowBackend implements Backend {
  readonly name: Backend['name'];
  readonly description: string;
  readonly #backend: string;
  readonly #tf: TensorFlow;

  constructor(name: Backend['name'], backend: string, tf: TensorFlow) {
    this.name = name;
    this.#backend = backend;
    this.#tf = tf;
    this.description = `${name} (TensorFlow.js ${tf.version_core ?? ''})`;
  }

  matMul(a: Float32Array, b: Float32Array, m: number, k: number, n: number): Float32Array {
    if (!(a.length === m * k && b.length === k * n && a.length > 0 && b.length > 0))
      throw numericsErrors.create('NUMERICS_SHAPE', {
        what: 'the sizes',
        where: 'the factors of a matrix product',
        value: `${a.length} and ${b.length}`,
        expected: `${m} x ${k} and ${k} x ${n}, not empty`,
      });
    const tf = this.#tf;
    // Synchronous for a backend that has been initialised: the promise is already fulfilled.
    if (tf.getBackend() !== this.#backend) void tf.setBackend(this.#backend);
    const left = tf.tensor2d(a, [m, k], 'float32');
    const right = tf.tensor2d(b, [k, n], 'float32');
    const product = tf.matMul(left, right);
    const data = product.dataSync();
    left.dispose();
    right.dispose();
    product.dispose();
    return data;
  }
}

/** A CommonJS module seen through `import()`. */
function interopOf(module: unknown): unknown {
  const { matMul, default: inner } = module as { matMul?: unknown; default?: unknown };
  return matMul === undefined ? inner : module;
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] as string;
}
