/** What entropy coding receives: a symbol for each value, how often each occurs, and the values that no symbol can express. */
export interface SymbolField {
  /** Symbol 0 is an escape, `bins / 2 + d` stands for the difference d. */
  readonly symbols: Uint16Array;
  readonly counts: Uint32Array;
  readonly escapes: EscapeList;
}

/** Kinds of escapes: a whole number of grid steps, or the bits of the value itself. */
export const escapeInteger = 0;
export const escapeRaw = 1;

/** Escapes, as a container holds them in ascending order of index. */
export class EscapeList {
  indexes: Uint32Array = new Uint32Array(16);
  kinds: Uint8Array = new Uint8Array(16);
  /** Grid steps, or bits. */
  values: Int32Array = new Int32Array(16);
  count = 0;

  push(index: number, kind: number, value: number): void {
    if (this.count === this.indexes.length) this.#grow();
    this.indexes[this.count] = index;
    this.kinds[this.count] = kind;
    this.values[this.count] = value;
    this.count++;
  }

  /** Brings escapes into ascending order of index. */
  sort(): void {
    const { indexes, kinds, values, count } = this;
    let isSorted = true;
    for (let i = 1; i < count; i++) if (indexes[i]! < indexes[i - 1]!) isSorted = false;
    if (isSorted) return;
    const order = Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => indexes[a]! - indexes[b]!);
    this.indexes = Uint32Array.from(order, (i) => indexes[i]!);
    this.kinds = Uint8Array.from(order, (i) => kinds[i]!);
    this.values = Int32Array.from(order, (i) => values[i]!);
  }

  #grow(): void {
    const { indexes, kinds, values, count } = this;
    this.indexes = new Uint32Array(2 * count);
    this.kinds = new Uint8Array(2 * count);
    this.values = new Int32Array(2 * count);
    this.indexes.set(indexes);
    this.kinds.set(kinds);
    this.values.set(values);
  }
}
