import type { AnyStateMachine, StateValue } from 'xstate';
import type { RandomStream } from '../kernel/index.ts';
import { BitSource } from './bit-source.ts';
import { chartErrors } from './chart-errors.ts';
import type { Configuration } from './configuration.ts';
import { GapSampler } from './gap-sampler.ts';
import { tabulate } from './transition-table.ts';

/** Cells `from` (included) to `to` (excluded). Default: all. */
export interface CellRange {
  readonly from?: number;
  readonly to?: number;
}

export interface PopulationOptions {
  /** Counts state changes per cell: 4 more bytes a cell. Default false. */
  readonly wear?: boolean;
}

/** An event that a cell gets with some probability. */
export interface ChanceEvent {
  readonly event: string;
  /** In [0, 1]; those of one call sum to at most 1. */
  readonly probability: number;
}

const CHUNK_BITS = 16;
const CHUNK = 1 << CHUNK_BITS;
/** Ranges from this many cells on are worth a table of all pairs of states. */
const PAIR_RANGE = 1 << 19;
/** From this probability on, a look at every cell costs less than jumps. */
const DENSE = 1 / 4;
/** A long list of scattered indexes is dealt to regions that fit a cache first; the order of equal events cannot show. */
const SCATTER_FROM = 1 << 21;
const SCATTER_LIST = 1 << 16;
const SCATTER_BLOCK = 1 << 22;
const REGION_BITS = 18;
/** Longer lists than this share of the population leave the counts of chunks out of date. */
const SCATTER_SHARE = 32;

/** Which event a cell gets, as thresholds on 32 random bits. */
interface Chance {
  readonly tables: readonly Uint8Array[];
  readonly thresholds: Float64Array;
}

/** The cells of a population as plain data, for checkpoints. */
export interface PopulationState {
  readonly length: number;
  readonly changes: number;
  /** A byte each. */
  readonly cells: Uint8Array;
  readonly wear: Uint32Array | undefined;
  /** Frozen cells in ascending order. */
  readonly frozen: Uint32Array;
}

/**
 * `n` instances of one chart without context, a byte each. Events go to ranges, to lists of indexes, or to each cell of a
 * range with a probability. Counts by state are kept exactly; frozen cells do not move.
 */
export class Population {
  readonly length: number;
  /** Changes of state so far, over all cells. */
  changes = 0;
  readonly #machine: string;
  readonly #configurations: readonly Configuration[];
  readonly #tables: ReadonlyMap<string, Uint8Array>;
  readonly #pairTables = new Map<string, Uint16Array>();
  readonly #cells: Uint8Array;
  readonly #pairs: Uint16Array;
  readonly #states: number;
  readonly #counts: Int32Array;
  readonly #wear: Uint32Array | undefined;
  /** Chunks whose counts are out of date. */
  readonly #stale: Uint8Array;
  /** Frozen cells in ascending order. */
  #frozen = new Uint32Array(0);

  /** @internal use `population` */
  constructor(machine: AnyStateMachine, n: number, options: PopulationOptions) {
    if (!Number.isSafeInteger(n) || n < 0 || n >= 2 ** 32)
      throw chartErrors.create('CHART_BAD_RANGE', {
        what: 'the size of a population',
        value: n,
        range: '0 to 2^32 - 1',
      });
    const { chart, initial, tables } = tabulate(machine);
    this.length = n;
    this.#machine = machine.id;
    this.#configurations = chart.configurations;
    this.#tables = tables;
    const buffer = new ArrayBuffer(n + (n & 1));
    this.#cells = new Uint8Array(buffer, 0, n);
    this.#pairs = new Uint16Array(buffer);
    this.#states = chart.configurations.length;
    this.#counts = new Int32Array(Math.ceil(n / CHUNK) * this.#states);
    this.#wear = options.wear === true ? new Uint32Array(n) : undefined;
    this.#stale = new Uint8Array(Math.ceil(n / CHUNK));
    this.#cells.fill(initial);
    for (let chunk = 0, left = n; left > 0; chunk++, left -= CHUNK)
      this.#counts[chunk * this.#states + initial] = Math.min(left, CHUNK);
  }

  state(): PopulationState {
    const wear = this.#wear?.slice();
    return { length: this.length, changes: this.changes, cells: this.bytes(), wear, frozen: this.#frozen.slice() };
  }

  /** Goes on from what `state` gave of a population of this size and chart. Throws CHART_BAD_RANGE. */
  restore({ length, changes, cells, wear, frozen }: PopulationState): void {
    this.#checkRange(0, length);
    this.changes = changes;
    this.#cells.set(cells);
    if (wear !== undefined) this.#wear?.set(wear);
    this.#frozen = frozen.slice();
    this.#stale.fill(1);
  }

  /** Events that change some state. */
  get events(): string[] {
    return [...this.#tables.keys()];
  }

  /** Bytes of typed arrays held for cells and counts. */
  get byteLength(): number {
    return this.#pairs.byteLength + this.#counts.byteLength + this.#frozen.byteLength + (this.#wear?.byteLength ?? 0);
  }

  /** The states a byte can name, by its value. */
  get values(): StateValue[] {
    return this.#configurations.map(({ value }) => value);
  }

  /** The byte of cell `index`. Throws CHART_BAD_RANGE. */
  at(index: number): number {
    this.#checkIndex(index);
    return this.#cells[index]!;
  }

  /** State of cell `index` as XState writes it. Throws CHART_BAD_RANGE. */
  value(index: number): StateValue {
    return this.#configurations[this.at(index)]!.value;
  }

  /** The byte of a state. Throws CHART_UNKNOWN_STATE. */
  byteOf(value: StateValue): number {
    const text = JSON.stringify(value);
    const found = this.#configurations.find((each) => JSON.stringify(each.value) === text);
    if (found === undefined) throw chartErrors.create('CHART_UNKNOWN_STATE', { machine: this.#machine, value: text });
    return found.id;
  }

  /** Cells in each state, by byte. */
  counts(): number[] {
    for (let chunk = 0; chunk < this.#stale.length; chunk++) if (this.#stale[chunk] === 1) this.#recount(chunk);
    const result = new Array<number>(this.#states).fill(0);
    for (let i = 0; i < this.#counts.length; i++) result[i % this.#states]! += this.#counts[i]!;
    return result;
  }

  /** Cells in the state with this value. Throws CHART_UNKNOWN_STATE. */
  count(value: StateValue): number {
    return this.counts()[this.byteOf(value)]!;
  }

  /** How often cell `index` changed its state; 0 without `wear`. */
  wearOf(index: number): number {
    this.#checkIndex(index);
    return this.#wear?.[index] ?? 0;
  }

  /** A copy of the bytes, e.g. to draw them. */
  bytes({ from = 0, to = this.length }: CellRange = {}): Uint8Array {
    this.#checkRange(from, to);
    return this.#cells.slice(from, to);
  }

  /** Puts the cells of a range into a state, whatever the machine allows. */
  fill(value: StateValue, { from = 0, to = this.length }: CellRange = {}): void {
    this.#checkRange(from, to);
    this.#applyRange(new Uint8Array(256).fill(this.byteOf(value)), undefined, from, to);
  }

  /** Sends `event` to every cell of a range; returns how many changed. Throws CHART_UNKNOWN_EVENT, CHART_BAD_RANGE. */
  send(event: string, { from = 0, to = this.length }: CellRange = {}): number {
    this.#checkRange(from, to);
    return this.#applyRange(this.#table(event), event, from, to);
  }

  /** Sends `event` to the cells listed, one after the other; returns how many changed. Throws CHART_UNKNOWN_EVENT, CHART_BAD_RANGE. */
  sendTo(event: string, indexes: Uint32Array | readonly number[]): number {
    const table = this.#table(event);
    const list =
      indexes instanceof Uint32Array ? indexes : Uint32Array.from(indexes, (index) => this.#checkIndex(index));
    if (this.#frozen.length > 0 || this.#wear !== undefined) return this.#finish(this.#applyCarefully(table, list));
    return this.#finish(this.#applyList(table, list));
  }

  /**
   * Each cell of a range gets at most one of `chances`, independently, with its probability; returns how many changed.
   * Exact: the cells that get an event are found by jumps over those that do not. Throws CHART_UNKNOWN_EVENT, CHART_BAD_RANGE.
   */
  sendRandomly(
    chances: readonly ChanceEvent[] | ChanceEvent,
    random: RandomStream,
    { from = 0, to = this.length }: CellRange = {},
  ): number {
    this.#checkRange(from, to);
    const list = Array.isArray(chances) ? (chances as readonly ChanceEvent[]) : [chances as ChanceEvent];
    const total = list.reduce((sum, { probability }) => sum + probability, 0);
    for (const { probability } of list) this.#checkProbability(probability);
    this.#checkProbability(total);
    if (total === 0 || from === to) return 0;
    const tables = list.map(({ event }) => this.#table(event));
    const thresholds = new Float64Array(list.length);
    let sum = 0;
    for (const [i, { probability }] of list.entries()) {
      sum += probability;
      thresholds[i] = sum / total;
    }
    const bits = new BitSource(random);
    const chance = { tables, thresholds };
    if (total >= 1 && list.length === 1) return this.#applyRange(tables[0]!, list[0]!.event, from, to);
    const isPlain = list.length === 1 && this.#frozen.length === 0 && this.#wear === undefined;
    if (isPlain && total > DENSE) return this.#finish(this.#applyDensely(tables[0]!, total, bits, from, to));
    return this.#finish(this.#applyByChance(chance, total, bits, from, to));
  }

  /** Freezes cells: they keep their state whatever is sent. Throws CHART_BAD_RANGE. */
  freeze(indexes: Iterable<number>): void {
    const all = new Set(this.#frozen);
    for (const index of indexes) all.add(this.#checkIndex(index));
    this.#frozen = Uint32Array.from(all).sort();
  }

  /** Lets frozen cells move again; those that are not frozen are left alone. */
  thaw(indexes: Iterable<number>): void {
    const gone = new Set(indexes);
    this.#frozen = this.#frozen.filter((index) => !gone.has(index));
  }

  get frozen(): number {
    return this.#frozen.length;
  }

  #finish(changed: number): number {
    this.changes += changed;
    return changed;
  }

  #table(event: string): Uint8Array {
    const table = this.#tables.get(event);
    if (table === undefined)
      throw chartErrors.create('CHART_UNKNOWN_EVENT', {
        machine: this.#machine,
        type: event,
        known: this.events.join(', '),
      });
    return table;
  }

  #checkIndex(index: number): number {
    if (!(Number.isInteger(index) && index >= 0 && index < this.length))
      throw chartErrors.create('CHART_BAD_RANGE', {
        what: 'a cell index',
        value: index,
        range: `0 to ${this.length - 1}`,
      });
    return index;
  }

  #checkRange(from: number, to: number): void {
    if (!(Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from <= to && to <= this.length))
      throw chartErrors.create('CHART_BAD_RANGE', {
        what: 'a range',
        value: `${from} to ${to}`,
        range: `0 to ${this.length}`,
      });
  }

  #checkProbability(probability: number): void {
    if (!(probability >= 0 && probability <= 1 + 1e-12))
      throw chartErrors.create('CHART_BAD_RANGE', {
        what: 'a probability, or the sum of several,',
        value: probability,
        range: '0 to 1',
      });
  }

  /** Frozen cells within a range. */
  #frozenIn(from: number, to: number): Uint32Array {
    const frozen = this.#frozen;
    return frozen.length === 0 ? frozen : frozen.subarray(lowerBound(frozen, from), lowerBound(frozen, to));
  }

  #applyRange(table: Uint8Array, event: string | undefined, from: number, to: number): number {
    const frozen = this.#frozenIn(from, to);
    const kept = Uint8Array.from(frozen, (index) => this.#cells[index]!);
    const pairs = event !== undefined && to - from >= PAIR_RANGE ? this.#pairTable(event, table) : undefined;
    let changed = 0;
    for (let at = from; at < to; ) {
      const chunk = at >>> CHUNK_BITS;
      const end = Math.min(to, (chunk + 1) * CHUNK);
      const isWhole = at === chunk * CHUNK && (end === this.length || end - at === CHUNK);
      changed +=
        this.#wear !== undefined || !isWhole
          ? this.#applyPart(table, chunk, at, end)
          : this.#applyChunk(table, pairs, chunk, at, end);
      at = end;
    }
    for (let i = 0; i < frozen.length; i++) if (this.#restore(frozen[i]!, kept[i]!)) changed--;
    return this.#finish(changed);
  }

  /** Puts a frozen cell back; true when it had moved. */
  #restore(index: number, state: number): boolean {
    const moved = this.#cells[index]!;
    if (moved === state) return false;
    const base = (index >>> CHUNK_BITS) * this.#states;
    this.#counts[base + moved]!--;
    this.#counts[base + state]!++;
    this.#cells[index] = state;
    if (this.#wear !== undefined) this.#wear[index]!--;
    return true;
  }

  /** A whole chunk: its counts say which states are there, so uniform and unaffected chunks cost next to nothing. */
  #applyChunk(table: Uint8Array, pairs: Uint16Array | undefined, chunk: number, from: number, to: number): number {
    if (this.#stale[chunk] === 1) this.#recount(chunk);
    const counts = this.#counts;
    const states = this.#states;
    const base = chunk * states;
    let changed = 0;
    let target = -1;
    let isUniform = true;
    for (let s = 0; s < states; s++) {
      const count = counts[base + s]!;
      if (count === 0) continue;
      const next = table[s]!;
      if (next !== s) changed += count;
      if (target === -1) target = next;
      else if (target !== next) isUniform = false;
    }
    if (changed === 0) return 0;
    const moved = new Int32Array(states);
    for (let s = 0; s < states; s++) moved[table[s]!]! += counts[base + s]!;
    counts.set(moved, base);
    const cells = this.#cells;
    if (isUniform) cells.fill(target, from, to);
    else if (pairs !== undefined) mapPairs(this.#pairs, pairs, from >>> 1, (to + 1) >>> 1);
    else for (let i = from; i < to; i++) cells[i] = table[cells[i]!]!;
    return changed;
  }

  #applyPart(table: Uint8Array, chunk: number, from: number, to: number): number {
    const cells = this.#cells;
    const before = new Int32Array(256);
    const wear = this.#wear;
    for (let i = from; i < to; i++) {
      const state = cells[i]!;
      const next = table[state]!;
      before[state]!++;
      cells[i] = next;
      if (wear !== undefined && next !== state) wear[i]!++;
    }
    const base = chunk * this.#states;
    let changed = 0;
    for (let s = 0; s < this.#states; s++) {
      const count = before[s]!;
      const next = table[s]!;
      if (count === 0 || next === s) continue;
      changed += count;
      this.#counts[base + s]! -= count;
      this.#counts[base + next]! += count;
    }
    return changed;
  }

  #applyList(table: Uint8Array, list: Uint32Array): number {
    const isFar = this.length > SCATTER_FROM && list.length >= SCATTER_LIST && isScattered(list);
    if (!isFar) return this.#applyNear(table, list);
    const apply = list.length * SCATTER_SHARE >= this.length ? this.#applyUncounted : this.#applyNear;
    let changed = 0;
    const scratch = new Uint32Array(Math.min(list.length, SCATTER_BLOCK));
    for (let from = 0; from < list.length; from += SCATTER_BLOCK) {
      const block = list.subarray(from, from + SCATTER_BLOCK);
      changed += apply.call(this, table, partition(block, this.length, scratch));
    }
    return changed;
  }

  #applyNear(table: Uint8Array, list: Uint32Array): number {
    const cells = this.#cells;
    const counts = this.#counts;
    const states = this.#states;
    const length = this.length;
    let changed = 0;
    for (let i = 0; i < list.length; i++) {
      const index = list[i]!;
      if (index >= length) this.#checkIndex(index);
      const state = cells[index]!;
      const next = table[state]!;
      if (next === state) continue;
      cells[index] = next;
      const base = (index >>> CHUNK_BITS) * states;
      counts[base + state]!--;
      counts[base + next]!++;
      changed++;
    }
    return changed;
  }

  /** For lists that touch most chunks: counters whose address waits for a cell stall the loop, so the chunks are counted anew when asked for. */
  #applyUncounted(table: Uint8Array, list: Uint32Array): number {
    const cells = this.#cells;
    const stale = this.#stale;
    let changed = 0;
    for (let i = 0; i < list.length; i++) {
      const index = list[i]!;
      const state = cells[index]!;
      const next = table[state]!;
      cells[index] = next;
      stale[index >>> CHUNK_BITS] = 1;
      changed += next === state ? 0 : 1;
    }
    return changed;
  }

  /** Counts a chunk anew. Until then its counts are wrong, and changes by differences harmless. */
  #recount(chunk: number): void {
    const cells = this.#cells;
    const from = chunk * CHUNK;
    const to = Math.min(this.length, from + CHUNK);
    const lanes = [new Int32Array(256), new Int32Array(256)] as const;
    for (let i = from; i + 1 < to; i += 2) {
      lanes[0][cells[i]!]!++;
      lanes[1][cells[i + 1]!]!++;
    }
    if (((to - from) & 1) === 1) lanes[0][cells[to - 1]!]!++;
    for (let s = 0; s < this.#states; s++) this.#counts[chunk * this.#states + s] = lanes[0][s]! + lanes[1][s]!;
    this.#stale[chunk] = 0;
  }

  #applyCarefully(table: Uint8Array, list: Uint32Array): number {
    let changed = 0;
    for (const index of list) if (this.#moveOne(table, this.#checkIndex(index))) changed++;
    return changed;
  }

  #moveOne(table: Uint8Array, index: number): boolean {
    const state = this.#cells[index]!;
    const next = table[state]!;
    if (next === state) return false;
    const frozen = this.#frozen;
    if (frozen.length > 0 && frozen[lowerBound(frozen, index)] === index) return false;
    this.#cells[index] = next;
    const base = (index >>> CHUNK_BITS) * this.#states;
    this.#counts[base + state]!--;
    this.#counts[base + next]!++;
    if (this.#wear !== undefined) this.#wear[index]!++;
    return true;
  }

  #applyByChance(chance: Chance, total: number, bits: BitSource, from: number, to: number): number {
    const buffer = new Uint32Array(8192);
    const buffers = chance.tables.map(() => (chance.tables.length === 1 ? buffer : new Uint32Array(buffer.length)));
    const isPlain = this.#frozen.length === 0 && this.#wear === undefined;
    const sampler = new GapSampler(total, bits);
    let changed = 0;
    let at = from;
    while (at < to) {
      const filled = total > DENSE ? sampler.dense(buffer, at, to) : sampler.sparse(buffer, at, to);
      at = sampler.next;
      const sets = chance.tables.length === 1 ? [filled] : split(buffer, filled, chance.thresholds, buffers, bits);
      for (let k = 0; k < sets.length; k++) {
        const hits = (buffers[k] as Uint32Array).subarray(0, sets[k]);
        const table = chance.tables[k] as Uint8Array;
        changed += isPlain ? this.#applyList(table, hits) : this.#applyCarefully(table, hits);
      }
    }
    return changed;
  }

  /** One event with a probability that is worth a look at every cell: a byte of randomness each, more only on a tie. */
  #applyDensely(table: Uint8Array, p: number, bits: BitSource, from: number, to: number): number {
    const cells = this.#cells;
    const both = new Uint8Array(512);
    for (let s = 0; s < 256; s++) {
      both[s] = s;
      both[256 + s] = table[s]!;
    }
    const first = Math.floor(p * 256);
    const rest = p * 256 - first;
    const words = new Int32Array(CHUNK / 4 + 1);
    // Four counters by lane, so that one cell's count does not wait for the last one's.
    const hits = new Int32Array(4 * 512);
    let changed = 0;
    for (let at = from; at < to; ) {
      const chunk = at >>> CHUNK_BITS;
      const end = Math.min(to, (chunk + 1) * CHUNK);
      const whole = at + ((end - at) & ~3);
      bits.fill(words, (end - at + 3) >>> 2);
      hits.fill(0);
      let k = 0;
      for (; at < whole; at += 4) {
        const word = words[k++]!;
        let hit = ((word & 255) - first) >> 31;
        if ((word & 255) === first && bits.uniform() < rest) hit = -1;
        let key = (hit & 256) | cells[at]!;
        cells[at] = both[key]!;
        hits[key]!++;
        hit = (((word >>> 8) & 255) - first) >> 31;
        if (((word >>> 8) & 255) === first && bits.uniform() < rest) hit = -1;
        key = (hit & 256) | cells[at + 1]!;
        cells[at + 1] = both[key]!;
        hits[512 + key]!++;
        hit = (((word >>> 16) & 255) - first) >> 31;
        if (((word >>> 16) & 255) === first && bits.uniform() < rest) hit = -1;
        key = (hit & 256) | cells[at + 2]!;
        cells[at + 2] = both[key]!;
        hits[1024 + key]!++;
        hit = ((word >>> 24) - first) >> 31;
        if (word >>> 24 === first && bits.uniform() < rest) hit = -1;
        key = (hit & 256) | cells[at + 3]!;
        cells[at + 3] = both[key]!;
        hits[1536 + key]!++;
      }
      for (let word = words[k]!; at < end; at++, word >>>= 8) {
        const byte = word & 255;
        const isHit = byte < first || (byte === first && bits.uniform() < rest);
        const key = (isHit ? 256 : 0) | cells[at]!;
        cells[at] = both[key]!;
        hits[key]!++;
      }
      changed += this.#moveCounts(table, hits, chunk);
    }
    return changed;
  }

  /** Adds up the four lanes of hits and moves the counts of a chunk accordingly. */
  #moveCounts(table: Uint8Array, hits: Int32Array, chunk: number): number {
    const base = chunk * this.#states;
    let changed = 0;
    for (let s = 0; s < this.#states; s++) {
      const next = table[s]!;
      if (next === s) continue;
      const key = 256 + s;
      const moved = hits[key]! + hits[512 + key]! + hits[1024 + key]! + hits[1536 + key]!;
      this.#counts[base + s]! -= moved;
      this.#counts[base + next]! += moved;
      changed += moved;
    }
    return changed;
  }

  #pairTable(event: string, table: Uint8Array): Uint16Array {
    let pairs = this.#pairTables.get(event);
    if (pairs === undefined) {
      pairs = new Uint16Array(65536);
      for (let i = 0; i < 65536; i++) pairs[i] = table[i & 255]! | (table[i >>> 8]! << 8);
      this.#pairTables.set(event, pairs);
    }
    return pairs;
  }
}

function mapPairs(cells: Uint16Array, table: Uint16Array, from: number, to: number): void {
  for (let i = from; i < to; i++) cells[i] = table[cells[i]!]!;
}

/** Deals `count` indexes to the events by their share; returns how many each got. */
function split(
  from: Uint32Array,
  count: number,
  thresholds: Float64Array,
  into: readonly Uint32Array[],
  bits: BitSource,
): number[] {
  const counts = into.map(() => 0);
  for (let i = 0; i < count; i++) {
    const u = bits.uniform();
    let k = 0;
    while (k < thresholds.length - 1 && u >= thresholds[k]!) k++;
    (into[k] as Uint32Array)[counts[k]!++] = from[i]!;
  }
  return counts;
}

/** Whether neighbours in the list are mostly far apart, by a sample. */
function isScattered(list: Uint32Array): boolean {
  const stride = Math.max(1, Math.floor(list.length / 1024));
  let far = 0;
  let looks = 0;
  for (let i = 1; i < list.length; i += stride, looks++) if (Math.abs(list[i]! - list[i - 1]!) > CHUNK) far++;
  return far > looks / 2;
}

/** The indexes by region of the population, in `into`. Throws CHART_BAD_RANGE for one past the end. */
function partition(list: Uint32Array, length: number, into: Uint32Array): Uint32Array {
  let bits = REGION_BITS;
  while (length / 2 ** bits > 512) bits++;
  const regions = Math.ceil(length / 2 ** bits);
  const starts = new Int32Array(regions + 1);
  for (let i = 0; i < list.length; i++) {
    const index = list[i]!;
    if (index >= length)
      throw chartErrors.create('CHART_BAD_RANGE', { what: 'a cell index', value: index, range: `0 to ${length - 1}` });
    starts[(index >>> bits) + 1]!++;
  }
  for (let region = 0; region < regions; region++) starts[region + 1]! += starts[region]!;
  for (let i = 0; i < list.length; i++) {
    const index = list[i]!;
    into[starts[index >>> bits]!++] = index;
  }
  return into.subarray(0, list.length);
}

/** First position whose value is at least `value`. */
function lowerBound(sorted: Uint32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Makes `n` instances of a machine without context, all in its initial state, one byte each. Throws CHART_NOT_A_TABLE when the
 * machine depends on more than its state, CHART_TOO_MANY_STATES past 256 configurations.
 */
export function population(machine: AnyStateMachine, n: number, options: PopulationOptions = {}): Population {
  return new Population(machine, n, options);
}
