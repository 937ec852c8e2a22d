import { type Distribution, type RandomStream, saveClass, uniformInteger } from '../../engine/index.ts';

/** What a thread's sampler of negatives needs. */
export interface SamplerSpec {
  readonly sampler: 'random' | 'tile';
  readonly items: number;
  readonly negatives: number;
  /** Items in the private list, and samples until it is drawn anew. */
  readonly tile: number;
  readonly refresh: number;
}

/** Draws the negatives of one thread: uniformly from all items, or from a private list that is drawn anew every `refresh` samples. */
export class NegativeSampler {
  /** Item numbers of the sample drawn last. */
  readonly drawn: Int32Array;
  readonly #spec: SamplerSpec;
  readonly #stream: RandomStream;
  readonly #anyItem: Distribution;
  readonly #list: Int32Array;
  readonly #position: Distribution;
  readonly #refresh: number;
  #left: number;

  /** Begins at a random phase of the refresh interval, or with `phase: 'start'` at its beginning. */
  constructor(spec: SamplerSpec, stream: RandomStream, options: { readonly phase?: 'random' | 'start' } = {}) {
    const { sampler, items, negatives, tile, refresh } = spec;
    this.#spec = spec;
    this.#stream = stream;
    this.drawn = new Int32Array(negatives);
    this.#anyItem = uniformInteger(0, items - 1);
    this.#list = new Int32Array(sampler === 'tile' ? tile : 0);
    this.#position = uniformInteger(0, Math.max(1, this.#list.length) - 1);
    this.#refresh = refresh;
    this.#left = 0;
    if (this.#list.length === 0 || options.phase === 'start') return;
    this.#redraw();
    this.#left = 1 + uniformInteger(0, refresh - 1).sample(stream);
  }

  static {
    saveClass(
      NegativeSampler,
      'heat.NegativeSampler',
      (sampler) => sampler.state(),
      (data) => new NegativeSampler(data.spec, data.stream, { phase: 'start' }).#restore(data),
    );
  }

  /** @internal */
  state() {
    return { spec: this.#spec, stream: this.#stream, drawn: this.drawn, list: this.#list, left: this.#left };
  }

  #restore({ drawn, list, left }: ReturnType<NegativeSampler['state']>): this {
    this.drawn.set(drawn);
    this.#list.set(list);
    this.#left = left;
    return this;
  }

  /** Draws the negatives of the next sample into `drawn`. */
  next(): Int32Array {
    const { drawn } = this;
    const list = this.#list;
    const stream = this.#stream;
    if (list.length === 0) {
      for (let j = 0; j < drawn.length; j++) drawn[j] = this.#anyItem.sample(stream);
      return drawn;
    }
    if (this.#left === 0) this.#redraw();
    this.#left--;
    for (let j = 0; j < drawn.length; j++) drawn[j] = list[this.#position.sample(stream)]!;
    return drawn;
  }

  #redraw(): void {
    for (let i = 0; i < this.#list.length; i++) this.#list[i] = this.#anyItem.sample(this.#stream);
    this.#left = this.#refresh;
  }
}
