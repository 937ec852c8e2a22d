import type { RandomSource } from '../../engine/kernel/random.ts';
import { normal } from '../../engine/random/normal.ts';
import type { Backend } from './backend.ts';
import { numericsErrors } from './errors.ts';
import type { ActivationStore, LayerParameter, NetworkLayer, SavedRole, TrainingPass } from './layer.ts';
import { sizeOf, type Tensor } from './tensor.ts';

/** Layers one after another. */
export interface Network {
  readonly layers: readonly NetworkLayer[];
  readonly parameters: readonly LayerParameter[];
  /** Outputs for a batch, nothing kept. */
  predict(x: Tensor, backend: Backend): Tensor;
  /** Outputs for a batch, with the way back: `backward` takes the gradient of the outputs and sets those of all parameters, once. */
  forward(
    x: Tensor,
    backend: Backend,
    store?: ActivationStore,
  ): { readonly output: Tensor; backward(gradient: Tensor): void };
}

/** Chains layers; throws NUMERICS_SHAPE when two of them have one name. */
export function sequential(layers: readonly NetworkLayer[]): Network {
  const names = layers.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw numericsErrors.create('NUMERICS_SHAPE', {
      what: 'the name',
      where: 'a second layer',
      value: twice,
      expected: 'of its own',
    });
  return {
    layers,
    parameters: layers.flatMap(({ parameters }) => parameters),
    predict(x, backend) {
      const pass = new OnePass(backend, false, plainStore);
      return layers.reduce((values, layer) => layer.forward(values, pass), x);
    },
    forward(x, backend, store = plainStore) {
      const pass = new OnePass(backend, true, store);
      const output = layers.reduce((values, layer) => layer.forward(values, pass), x);
      return {
        output,
        backward(gradient) {
          let flow = gradient;
          for (let i = layers.length - 1; i >= 0; i--) flow = (layers[i] as NetworkLayer).backward(flow, pass, i === 0);
        },
      };
    },
  };
}

/** Keeps activations as they are. */
export const plainStore: ActivationStore<Tensor> = { save: (_, activation) => activation, load: (handle) => handle };

class OnePass implements TrainingPass {
  readonly backend: Backend;
  readonly training: boolean;
  readonly #store: ActivationStore;
  readonly #handles = new Map<string, { readonly handle: unknown; readonly shape: readonly number[] }>();
  readonly #notes = new Map<string, unknown>();

  constructor(backend: Backend, training: boolean, store: ActivationStore) {
    this.backend = backend;
    this.training = training;
    this.#store = store;
  }

  save(name: string, activation: Tensor, role: SavedRole): void {
    this.#handles.set(name, { handle: this.#store.save(name, activation, role), shape: activation.shape });
  }

  load(name: string): Tensor {
    const saved = this.#handles.get(name);
    if (saved === undefined)
      throw numericsErrors.create('NUMERICS_SAVED', { name, reason: 'was not saved or has been used' });
    this.#handles.delete(name);
    const activation = this.#store.load(saved.handle);
    if (activation.data.length !== sizeOf(saved.shape))
      throw numericsErrors.create('NUMERICS_SAVED', {
        name,
        reason: `came back with ${activation.data.length} of ${sizeOf(saved.shape)} numbers`,
      });
    return { shape: saved.shape, data: activation.data };
  }

  note(name: string, value: unknown): void {
    this.#notes.set(name, value);
  }

  noted(name: string): unknown {
    return this.#notes.get(name);
  }
}

/** How weights start: normal of variance 2 / fan-in (He), or uniform within +-1 / sqrt(fan-in), biases too. */
export type Initialisation = 'he-normal' | 'uniform-fan-in';

/** Draws all weights, each parameter from a stream of its own name; biases are zero with `he-normal`. */
export function initialise({ layers }: Network, random: RandomSource, law: Initialisation = 'he-normal'): void {
  for (const { parameters } of layers) {
    const fanIn = Math.max(0, ...parameters.map((parameter) => parameter.fanIn));
    if (fanIn === 0) continue;
    for (const { name, value, fanIn: own } of parameters) {
      const stream = random.stream('numerics', `weights ${name}`);
      const reach = 1 / Math.sqrt(fanIn);
      const bell = normal(0, Math.sqrt(2) * reach);
      for (let i = 0; i < value.length; i++)
        if (law === 'he-normal') value[i] = own === 0 ? 0 : bell.sample(stream);
        else value[i] = reach * (2 * stream.uniform() - 1);
    }
  }
}

/** Copies of all trained numbers and running means by name: what is needed to rebuild the network anywhere. */
export function weightsOf({ layers }: Network): ReadonlyMap<string, Float32Array> {
  return new Map(stateOf(layers).map(({ name, value }) => [name, value.slice()]));
}

/** Sets all weights from copies; throws NUMERICS_WEIGHTS when one is missing or has another size. */
export function loadWeights({ layers }: Network, weights: ReadonlyMap<string, Float32Array>): void {
  for (const { name, value } of stateOf(layers)) {
    const given = weights.get(name);
    if (given?.length !== value.length)
      throw numericsErrors.create('NUMERICS_WEIGHTS', { name, value: given?.length ?? 'no', expected: value.length });
    value.set(given);
  }
}

function stateOf(layers: readonly NetworkLayer[]): readonly { readonly name: string; readonly value: Float32Array }[] {
  return layers.flatMap(({ parameters, buffers = [] }) => [...parameters, ...buffers]);
}
