import { boundFor, type ErrorModel } from '../control-law.ts';

/** What a collection of statistics saw of one layer. */
export interface LayerStatistics {
  /** Mean magnitude of the momentum of the weights, this step's gradient included. */
  readonly momentum: number;
  /** Share of non-zero inputs. */
  readonly density: number;
  /** Sum of squares of the gradient at the output. */
  readonly squares: number;
  readonly outChannels: number;
}

/**
 * Chooses a bound for each layer. In `warmup` tensors stay raw; then it collects statistics every `activeFactor` steps and holds
 * the bounds in between.
 */
export class BoundController {
  readonly #sigmaFraction: number;
  readonly #activeFactor: number;
  readonly #model: ErrorModel;
  readonly #bounds = new Map<string, number>();

  constructor(params: ErrorModel & { readonly sigmaFraction: number; readonly activeFactor: number }) {
    this.#sigmaFraction = params.sigmaFraction;
    this.#activeFactor = params.activeFactor;
    this.#model = params;
  }

  /** Whether step `step`, counted from 0, collects. */
  collectsAt(step: number): boolean {
    return step % this.#activeFactor === 0;
  }

  /** The bound of a layer; undefined in warm-up. */
  boundOf(layer: string): number | undefined {
    return this.#bounds.get(layer);
  }

  /** Sets the bound at which the gradient error is `sigmaFraction` of the momentum; a layer without gradient keeps its bound. */
  collect(layer: string, { momentum, density, squares, outChannels }: LayerStatistics): void {
    const bound = boundFor(this.#sigmaFraction * momentum, density, squares, outChannels, this.#model);
    if (bound !== undefined) this.#bounds.set(layer, bound);
  }
}
