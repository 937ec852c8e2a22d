import {
  type Distribution,
  exponential,
  type RandomStream,
  saveClass,
  uniformInteger,
  zipf,
} from '../../engine/index.ts';

/** Sizes of the data whose order is generated. */
export interface InteractionsSpec {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
  readonly historyMean: number;
  readonly itemZipf: number;
}

/**
 * The training interactions in file order, user-major: each user's history follows that of the user before. Generated as far as
 * somebody looks; lengths are exponential with the given mean, at least 1, items uniform or by popularity. Past the last interaction
 * the file starts over.
 */
export class Interactions {
  readonly #spec: InteractionsSpec;
  readonly #lengths: RandomStream;
  readonly #ids: RandomStream;
  readonly #length: Distribution;
  readonly #item: Distribution;
  #items = new Int32Array(4096);
  #owners = new Int32Array(4096);
  /** Where each user's history starts; one entry more than users so far. */
  #starts: number[] = [0];
  #end = 0;

  constructor(spec: InteractionsSpec, lengths: RandomStream, ids: RandomStream) {
    this.#spec = spec;
    this.#lengths = lengths;
    this.#ids = ids;
    this.#length = exponential(spec.historyMean);
    this.#item =
      spec.itemZipf > 0 ? zipf({ count: spec.items, exponent: spec.itemZipf }) : uniformInteger(1, spec.items);
  }

  static {
    saveClass(
      Interactions,
      'heat.Interactions',
      (file) => file.state(),
      (data) => new Interactions(data.spec, data.lengths, data.ids).#restore(data),
    );
  }

  /** @internal */
  state() {
    return {
      spec: this.#spec,
      lengths: this.#lengths,
      ids: this.#ids,
      items: this.#items,
      owners: this.#owners,
      starts: this.#starts,
      end: this.#end,
    };
  }

  #restore({ items, owners, starts, end }: ReturnType<Interactions['state']>): this {
    this.#items = items;
    this.#owners = owners;
    this.#starts = starts;
    this.#end = end;
    return this;
  }

  /** User of sample `index`. */
  userOf(index: number): number {
    return this.#owners[this.#at(index)]! % this.#spec.users;
  }

  /** Positive item of sample `index`. */
  itemOf(index: number): number {
    return this.#items[this.#at(index)]!;
  }

  /** First and one past the last place of the history that sample `index` belongs to; its items are `itemAt` of these places. */
  historyOf(index: number): readonly [number, number] {
    const owner = this.#owners[this.#at(index)]!;
    return [this.#starts[owner]!, this.#starts[owner + 1]!];
  }

  itemAt(place: number): number {
    return this.#items[place]!;
  }

  #at(index: number): number {
    const place = index % this.#spec.interactions;
    while (place >= this.#end) this.#addUser();
    return place;
  }

  #addUser(): void {
    const owner = this.#starts.length - 1;
    const count = Math.max(1, Math.round(this.#length.sample(this.#lengths)));
    const end = this.#end + count;
    if (end > this.#items.length) {
      const grow = (old: Int32Array): Int32Array<ArrayBuffer> => {
        const next = new Int32Array(Math.max(end, 2 * old.length));
        next.set(old);
        return next;
      };
      this.#items = grow(this.#items);
      this.#owners = grow(this.#owners);
    }
    for (let place = this.#end; place < end; place++) {
      this.#items[place] = this.#item.sample(this.#ids) - 1;
      this.#owners[place] = owner;
    }
    this.#end = end;
    this.#starts.push(end);
  }
}
