import type { StateValue } from 'xstate';
import { type Population, type PopulationState, population } from '../../engine/charts/index.ts';
import { saveClass } from '../../engine/kernel/saved-class.ts';
import { type CellState, cellChart } from './cell-chart.ts';
import { stuck } from './cell-faults.ts';
import { checkWhole, reramErrors } from './errors.ts';
import type { PulseWriter } from './write-verify.ts';

/** How many cells are in each settled state. */
export interface Census {
  readonly pristine: number;
  readonly hrs: number;
  readonly lrs: number;
  readonly intermediate: number;
  readonly stuckOff: number;
  readonly stuckOn: number;
}

const settledStates = ['pristine', 'hrs', 'lrs', 'intermediate', 'stuckOff', 'stuckOn'] as const;
const BLOCK = 1 << 18;

/**
 * Cells as a population of the chart, a byte each: formed by fates that were drawn before, written pulse by pulse, read.
 * Conductances lie with the caller, who knows what a weight is.
 */
export class CellArray {
  readonly cells: Population;
  readonly #stuckOff: number;
  readonly #stuckOn: number;
  readonly #lists = [new Uint32Array(0), new Uint32Array(0), new Uint32Array(0), new Uint32Array(0)];

  /** `size` pristine cells. Throws CHART_BAD_RANGE. */
  constructor(size: number) {
    this.cells = population(cellChart, size);
    this.#stuckOff = this.cells.byteOf('stuckOff');
    this.#stuckOn = this.cells.byteOf('stuckOn');
  }

  static {
    saveClass(
      CellArray,
      'reram.CellArray',
      (array) => array.cells.state(),
      (state) => new CellArray(state.length).#restore(state),
      (array, state) => void array.#restore(state),
    );
  }

  #restore(state: PopulationState): this {
    this.cells.restore(state);
    return this;
  }

  /** Forms cells `from` and up: those with a fate end stuck. Throws RERAM_STATE when one was not pristine. */
  form(fates: Uint8Array, from = 0): void {
    const range = { from, to: from + fates.length };
    this.#expect('FORM_PULSE', this.cells.send('FORM_PULSE', range), fates.length);
    const [on, off] = [this.#list(0, fates.length), this.#list(1, fates.length)];
    let [ons, offs] = [0, 0];
    for (let i = 0; i < fates.length; i++)
      if (fates[i] === stuck.on) on[ons++] = from + i;
      else if (fates[i] === stuck.off) off[offs++] = from + i;
    this.cells.sendTo('FORM_SHORT', on.subarray(0, ons));
    this.cells.sendTo('FORM_OPEN', off.subarray(0, offs));
    this.cells.send('FORM_OK', range);
  }

  /**
   * Writes cells `from` and up to `targets` (conductances from 0 to 1): pulses in rounds, each cell until it passes or gives
   * up; `into` takes the conductance reached, 1 and 0 for stuck cells, and may be `targets`. The verdict is LRS from
   * 1 - 1/(2 levels) up, HRS from 1/(2 levels) down. Returns the most pulses that a cell took; stuck cells take none.
   * Throws RERAM_STATE when a cell was neither settled nor stuck.
   */
  write(targets: Float32Array, writer: PulseWriter, levels: number, into: Float32Array, from = 0): number {
    checkWhole('levels of a cell', levels, 1);
    let most = 0;
    for (let at = 0; at < targets.length; at += BLOCK) {
      const end = Math.min(targets.length, at + BLOCK);
      const block = this.#writeBlock(targets.subarray(at, end), writer, levels, into.subarray(at, end), from + at);
      most = Math.max(most, block);
    }
    return most;
  }

  #writeBlock(targets: Float32Array, writer: PulseWriter, levels: number, into: Float32Array, from: number): number {
    const n = targets.length;
    const range = { from, to: from + n };
    const states = this.cells.bytes(range);
    const [hrs, mid, lrs, retry] = [this.#list(0, n), this.#list(1, n), this.#list(2, n), this.#list(3, n)];
    const [off, on] = [this.#stuckOff, this.#stuckOn];
    const [low, high] = [1 / (2 * levels), 1 - 1 / (2 * levels)];
    const pulsesOf = new Uint16Array(n);
    let [hrss, mids, lrss, alive, most] = [0, 0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const state = states[i]!;
      if (state === off || state === on) {
        into[i] = state === on ? 1 : 0;
        continue;
      }
      writer.write(targets[i]!);
      const { value, pulses } = writer;
      into[i] = value;
      pulsesOf[i] = pulses;
      alive++;
      if (pulses > most) most = pulses;
      if (value >= high) lrs[lrss++] = from + i;
      else if (value <= low) hrs[hrss++] = from + i;
      else mid[mids++] = from + i;
    }
    this.#expect('PULSE', this.cells.send('PULSE', range), alive);
    this.cells.send('LANDED', range);
    for (let round = 2; round <= most; round++) {
      let again = 0;
      for (let i = 0; i < n; i++) if (pulsesOf[i]! >= round) retry[again++] = from + i;
      const list = retry.subarray(0, again);
      this.cells.sendTo('RETRY', list);
      this.cells.sendTo('LANDED', list);
    }
    this.cells.sendTo('PASS_HRS', hrs.subarray(0, hrss));
    this.cells.sendTo('PASS_MID', mid.subarray(0, mids));
    this.cells.sendTo('PASS_LRS', lrs.subarray(0, lrss));
    return most;
  }

  /** Cells by settled state. Throws RERAM_STATE when some are in flight. */
  census(): Census {
    const counts = this.cells.counts();
    const of = (state: CellState): number => counts[this.cells.byteOf(state as StateValue)] ?? 0;
    const census = Object.fromEntries(settledStates.map((state) => [state, of(state)])) as unknown as Census;
    const settled = settledStates.reduce((sum, state) => sum + census[state], 0);
    this.#expect('a count of settled cells', settled, this.cells.length);
    return census;
  }

  #expect(event: string, changed: number, cells: number): void {
    if (changed !== cells) throw reramErrors.create('RERAM_STATE', { event, count: cells - changed, cells });
  }

  #list(which: 0 | 1 | 2 | 3, size: number): Uint32Array {
    if (this.#lists[which]!.length < size) this.#lists[which] = new Uint32Array(size);
    return this.#lists[which]!;
  }
}
