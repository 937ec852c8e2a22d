import type { Backend } from './backend.ts';
import type { Tensor } from './tensor.ts';

/** Trainable numbers of a layer with their gradient; both arrays live as long as the layer. */
export interface LayerParameter {
  /** `layer/weights`, `layer/bias`, …: unique in a network. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly value: Float32Array;
  readonly gradient: Float32Array;
  /** Inputs that meet in one output; 0 for biases, which start at zero. */
  readonly fanIn: number;
}

/** What a saved activation is for. */
export type SavedRole = 'convolution-input' | 'dense-input' | 'normalised';

/**
 * Keeps activations between the forward and the backward pass. A store may return from `load` something else than it was given, of the same
 * shape: what a codec makes of it, what a migration brings back.
 */
export interface ActivationStore<Handle = unknown> {
  save(name: string, activation: Tensor, role: SavedRole): Handle;
  /** Asked once for every handle, in the order of the backward pass. */
  load(handle: Handle): Tensor;
}

/** One forward and backward pass of a network. */
export interface TrainingPass {
  readonly backend: Backend;
  /** Whether activations are kept for a backward pass. */
  readonly training: boolean;
  save(name: string, activation: Tensor, role: SavedRole): void;
  load(name: string): Tensor;
  /** Keeps what is no activation (signs, places of maxima), outside the store. */
  note(name: string, value: unknown): void;
  noted(name: string): unknown;
}

/** A step of a network; it holds parameters, never activations. */
export interface NetworkLayer {
  readonly name: string;
  readonly parameters: readonly LayerParameter[];
  /** State that is not trained but belongs to the weights: running means. */
  readonly buffers?: readonly { readonly name: string; readonly value: Float32Array }[];
  forward(x: Tensor, pass: TrainingPass): Tensor;
  /** Sets the gradients of its parameters and returns that of its input; `first` layers may return the gradient they were given. */
  backward(gradient: Tensor, pass: TrainingPass, first: boolean): Tensor;
}

/** A parameter of zeros. */
export function parameter(name: string, shape: readonly number[], fanIn: number): LayerParameter {
  const size = shape.reduce((a, b) => a * b, 1);
  return { name, shape, value: new Float32Array(size), gradient: new Float32Array(size), fanIn };
}
