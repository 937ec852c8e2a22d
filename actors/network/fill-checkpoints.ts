/** Positions between two checkpoints. */
export const STRIDE = 16;

/**
 * Copies of a filling's state at every 16th position of its order, for one component at a time. Links before the first changed one are
 * fixed as before, so that the next filling may start from the last copy before it.
 */
export class FillCheckpoints {
  /** Component they belong to and its size; -1 when there are none. */
  label = -1;
  links = 0;
  readonly #room: Float64Array[] = [];
  readonly #level: number[] = [];
  #count = 0;
  /** Weight on a link when it was last filled. */
  #weight = new Float64Array(0);

  clear(): void {
    this.label = -1;
    this.#count = 0;
  }

  /** Starts anew for a component of `links` links in a network whose state has `size` numbers. */
  begin(label: number, links: number, size: number): void {
    this.label = label;
    this.links = links;
    this.#count = 0;
    if (this.#room[0]?.length !== size) this.#room.length = 0;
    if (this.#weight.length !== size / 2) this.#weight = new Float64Array(size / 2);
  }

  setWeight(link: number, weight: number): void {
    this.#weight[link] = weight;
  }

  /** Puts the change of weight of a link that no kept checkpoint has fixed into all of them. */
  reweigh(link: number, weight: number): void {
    const change = weight - this.#weight[link]!;
    this.#weight[link] = weight;
    if (change !== 0) for (let i = 0; i < this.#count; i++) this.#room[i]![2 * link + 1]! += change;
  }

  /** Keeps the state before position `at`, a positive multiple of the stride. */
  save(at: number, room: Float64Array, level: number): void {
    const i = at / STRIDE - 1;
    if (this.#room.length === i) this.#room.push(room.slice());
    else this.#room[i]!.set(room);
    this.#level[i] = level;
    this.#count = i + 1;
  }

  /** Drops the checkpoints after position `first` and returns the position of the last one kept, 0 when there is none. */
  rewind(first: number): number {
    this.#count = Math.min(this.#count, Math.floor(first / STRIDE));
    return this.#count * STRIDE;
  }

  /** Puts the state of position `at` back and returns the level reached. */
  restore(at: number, room: Float64Array): number {
    const i = at / STRIDE - 1;
    room.set(this.#room[i]!);
    return this.#level[i]!;
  }
}
