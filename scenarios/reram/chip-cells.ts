import {
  cellLevels,
  cellsPerWeight,
  columnsOf,
  drawDeadColumns,
  drawFaults,
  drawKey,
  drawWear,
  type Endurance,
  effectiveWeights,
  levelsOf,
  type MappingSpec,
  PulseWriter,
  readFloor,
  slicesOf,
  stuck,
  type WriteLaw,
} from '../../actors/index.ts';
import { createRandomSource } from '../../engine/index.ts';
import { type MatrixLayer, tilingOf } from './matrix-layers.ts';
import type { ReramParams } from './params.ts';

/** What the cells of one chip hold, counted over its layers. */
export interface CellCounts {
  hrs: number;
  lrs: number;
  intermediate: number;
  stuckOn: number;
  stuckOff: number;
  /** Worn out in use, out of those that manufacture left whole. */
  worn: number;
  /** Sum of normalised conductances, by layer. */
  readonly conductance: number[];
}

export const writeLawOf = (params: ReramParams): WriteLaw => ({
  variance: params.writeVariance,
  model: params.writeModel,
  tolerance: params.writeTolerance,
  maxPulses: params.maxPulses,
});

export const enduranceOf = (params: ReramParams): Endurance => ({
  medianCycles: params.enduranceMedian,
  sigma: params.enduranceSigma,
  onShare: params.wearOnShare < 0 ? params.stuckOnShare : params.wearOnShare,
});

/**
 * The fates of all cells of a layer of a chip. They depend on seed, chip, layer and cell alone: the same cells fail under every
 * mapping, and more of them at higher rates.
 */
export function fatesOf(
  params: ReramParams,
  layer: MatrixLayer,
  mapping: MappingSpec,
  place: { readonly seed: number; readonly chip: number; readonly layer: number },
  rate: number,
): { readonly fates: Uint8Array; readonly worn: number } {
  const { seed, chip } = place;
  const key = (purpose: string) => drawKey(purpose, seed, chip, place.layer);
  const law = { rate, onShare: params.stuckOnShare, columnShare: params.columnFaultShare };
  const count = layer.weights.length * cellsPerWeight(mapping);
  let fates = new Uint8Array(mapping.mapping === 'offset' ? 2 * count : count);
  drawFaults(fates, law, key('cells'));
  // The one cell of an offset weight is the plus cell of the pair that it would be.
  if (mapping.mapping === 'offset') fates = plusCells(fates, slicesOf(mapping));
  if (params.columnFaultShare > 0) {
    const tiling = tilingOf(params, layer.shape, mapping);
    drawDeadColumns(fates, law, key('columns'), columnsOf(tiling, params.crossbarRows));
  }
  if (params.writeCycles === 0) return { fates, worn: 0 };
  const before = stuckIn(fates);
  drawWear(fates, enduranceOf(params), params.writeCycles, key('life'), key('end'));
  return { fates, worn: stuckIn(fates) - before };
}

function plusCells(pairs: Uint8Array, slices: number): Uint8Array<ArrayBuffer> {
  const fates = new Uint8Array(pairs.length / 2);
  for (let i = 0; i < fates.length; i++) fates[i] = pairs[2 * i - (i % slices)]!;
  return fates;
}

function stuckIn(fates: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < fates.length; i++) if (fates[i] !== stuck.no) count++;
  return count;
}

/** The level each cell of a weight is asked for, looked up by weight: entry (k + L) x cells + cell, in levels of one cell. */
export class LevelTable {
  readonly mapping: MappingSpec;
  readonly cells: number;
  readonly levels: Float32Array;
  readonly #L: number;

  constructor(mapping: MappingSpec) {
    this.mapping = mapping;
    this.cells = cellsPerWeight(mapping);
    this.#L = levelsOf(mapping.bits);
    const row = new Float64Array(this.cells);
    this.levels = new Float32Array((2 * this.#L + 1) * this.cells);
    for (let k = -this.#L; k <= this.#L; k++) {
      cellLevels(mapping, k, row);
      this.levels.set(row, (k + this.#L) * this.cells);
    }
  }

  /** Where the levels of weight k begin. */
  at(k: number): number {
    return (k + this.#L) * this.cells;
  }
}

/**
 * The level that each cell of a layer ends at, in levels of one cell: stuck cells at their end, others at what they were asked
 * for, or where their last pulse landed, floored at no current. With `compensate` the partner of a stuck cell makes up for it.
 */
export function writtenLevels(
  params: ReramParams,
  table: LevelTable,
  weights: Int32Array,
  fates: Uint8Array,
  writer: PulseWriter | undefined,
  into: Float32Array,
): void {
  const { cells, levels } = table;
  const top = 2 ** table.mapping.cellBits - 1;
  const floor = readFloor(params.onResistanceOhms, params.offResistanceOhms) * top;
  const compensate = params.mitigation === 'pair-compensate';
  for (let i = 0; i < weights.length; i++) {
    const k = weights[i]!;
    const from = table.at(k);
    for (let c = 0; c < cells; c++) {
      const at = i * cells + c;
      const fate = fates[at]!;
      if (fate !== stuck.no) {
        into[at] = fate === stuck.on ? top : 0;
        continue;
      }
      let level = levels[from + c]!;
      if (compensate) level = partnerLevel(level, k, c, fates[at ^ 1]!, top);
      if (writer !== undefined) {
        writer.write(level / top);
        level = Math.max(floor, writer.value * top);
      }
      into[at] = level;
    }
  }
}

/** What the healthy cell `c` of a pair is written to when its partner is stuck: the level nearest to making up for it. */
export function partnerLevel(level: number, k: number, c: number, partner: number, top: number): number {
  if (partner === stuck.no) return level;
  const x = partner === stuck.on ? top : 0;
  return Math.min(top, Math.max(0, c === 0 ? x + k : x - k));
}

/** Weights that written levels give, in levels of -L to L. */
export function readBack(mapping: MappingSpec, levels: Float32Array, into: Float32Array): void {
  const slices = slicesOf(mapping);
  const m = cellsPerWeight(mapping);
  const base = 2 ** mapping.cellBits;
  for (let i = 0; i < into.length; i++) {
    let sum = 0;
    for (let c = 0; c < m; c++) {
      const part = levels[i * m + c]! * base ** (c % slices);
      sum += c < slices ? part : -part;
    }
    into[i] = mapping.mapping === 'offset' ? 2 * sum - levelsOf(mapping.bits) : sum;
  }
}

/** Counts a written layer into `counts`. */
export function countCells(
  mapping: MappingSpec,
  fates: Uint8Array,
  levels: Float32Array,
  worn: number,
  counts: CellCounts,
): void {
  const top = 2 ** mapping.cellBits - 1;
  let [hrs, lrs, on, off, sum] = [0, 0, 0, 0, 0];
  for (let i = 0; i < levels.length; i++) {
    const level = levels[i]!;
    sum += level;
    if (fates[i] === stuck.on) on++;
    else if (fates[i] === stuck.off) off++;
    else if (level >= top - 0.5) lrs++;
    else if (level <= 0.5) hrs++;
  }
  counts.hrs += hrs;
  counts.lrs += lrs;
  counts.stuckOn += on;
  counts.stuckOff += off;
  counts.intermediate += levels.length - hrs - lrs - on - off;
  counts.worn += worn;
  counts.conductance.push(sum / top);
}

/** The writer of a layer of a chip, or none when pulses land exactly. */
export function writerOf(params: ReramParams, seed: number, chip: number, layer: number): PulseWriter | undefined {
  if (params.writeVariance === 0) return undefined;
  const stream = createRandomSource({ seed }).stream(`chip${chip}/layer${layer}`, 'write');
  return new PulseWriter(writeLawOf(params), stream);
}

/** The weights of a layer as a chip has them when pulses land exactly, in levels of -L to L. */
export function exactWeights(
  params: ReramParams,
  mapping: MappingSpec,
  weights: Int32Array,
  fates: Uint8Array,
  into: Float32Array,
): void {
  effectiveWeights(mapping, weights, fates, into, params.mitigation === 'pair-compensate');
}
