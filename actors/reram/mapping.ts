import { stuck } from './cell-faults.ts';
import { checkReal, checkWhole, reramErrors } from './errors.ts';

/** How a signed weight becomes conductances; see `conductances`. */
export type MappingName = 'two-column' | 'differential' | 'symmetric' | 'offset' | 'rest';

/** A mapping with its precision. */
export interface MappingSpec {
  readonly mapping: MappingName;
  /** Level at which both cells of a zero weight are parked, 0 to 1; read by `rest` only. */
  readonly restLevel: number;
  /** A weight has 2^bits - 1 magnitudes. */
  readonly bits: number;
  /** Bits a cell holds; divides `bits`. */
  readonly cellBits: number;
}

/** Cells that hold one sign of a weight. Throws RERAM_SPEC when `cellBits` does not divide `bits`. */
export function slicesOf({ bits, cellBits }: MappingSpec): number {
  checkWhole('bits of a weight', bits, 1, 16);
  checkWhole('bits of a cell', cellBits, 1, 16);
  if (bits % cellBits !== 0)
    throw reramErrors.create('RERAM_SPEC', {
      what: 'bits of a cell',
      value: cellBits,
      expected: `a divisor of ${bits}`,
    });
  return bits / cellBits;
}

/** Cells of one weight: two signs, or one for `offset`, times the slices of each. */
export function cellsPerWeight(spec: MappingSpec): number {
  return slicesOf(spec) * (spec.mapping === 'offset' ? 1 : 2);
}

/** Largest magnitude of a quantised weight, 2^bits - 1. */
export function levelsOf(bits: number): number {
  return 2 ** bits - 1;
}

/**
 * The conductance, in levels of 0 to L, that a weight k of -L to L asks of its plus cell (`sign` 0) or minus cell (`sign` 1):
 * two-column max(k, 0), max(-k, 0); differential L - max(-k, 0), L - max(k, 0); symmetric and offset (L + k)/2, (L - k)/2;
 * rest at r: rL + k(1 - r), r(L - k) for k >= 0, mirrored below. Not rounded unless sliced.
 */
export function conductance(spec: MappingSpec, k: number, sign: 0 | 1): number {
  const L = levelsOf(spec.bits);
  const towards = sign === 0 ? k : -k;
  switch (spec.mapping) {
    case 'two-column':
      return Math.max(towards, 0);
    case 'differential':
      return L - Math.max(-towards, 0);
    case 'symmetric':
      return (L + towards) / 2;
    case 'offset':
      // One cell, written to a whole level: the constant L/2 comes off digitally.
      return sign === 0 ? Math.floor((L + k + 1) / 2) : 0;
    case 'rest': {
      const r = spec.restLevel;
      return towards >= 0 ? r * L + towards * (1 - r) : r * (L + towards);
    }
    default:
      return never(spec.mapping);
  }
}

function never(mapping: never): never {
  throw reramErrors.create('RERAM_SPEC', { what: 'mapping', value: mapping, expected: 'one of the five' });
}

/** The weight that conductances give, in levels of -L to L: a difference, or twice the one cell less L for `offset`. */
export function weightOf(spec: MappingSpec, plus: number, minus: number): number {
  return spec.mapping === 'offset' ? 2 * plus - levelsOf(spec.bits) : plus - minus;
}

/** A weight as cells see it: what each slice of each sign is asked for, in levels of one cell, signs one after the other. */
export function cellLevels(spec: MappingSpec, k: number, into: Float64Array, at = 0): void {
  const slices = slicesOf(spec);
  const signs = spec.mapping === 'offset' ? 1 : 2;
  const base = 2 ** spec.cellBits;
  for (let sign = 0; sign < signs; sign++) {
    let level = conductance(spec, k, sign as 0 | 1);
    if (slices === 1) into[at + sign] = level;
    else {
      level = Math.floor(level + 0.5);
      for (let s = 0; s < slices; s++) {
        into[at + sign * slices + s] = level % base;
        level = Math.floor(level / base);
      }
    }
  }
}

/** What a stuck cell replaces: its level, 2^cellBits - 1 when on, 0 when off. */
export function stuckLevel(spec: MappingSpec, fate: number, level: number): number {
  return fate === stuck.on ? 2 ** spec.cellBits - 1 : fate === stuck.off ? 0 : level;
}

/**
 * The effective weights of a layer in levels of -L to L: `weights` holds k, `fates` the fate of cell
 * `i * cellsPerWeight + sign * slices + slice`. A weight whose cells are all healthy is `k` itself (`offset`: its rounded
 * level). With `compensate` the healthy partner of a single stuck cell is written to bring the difference nearest to k: a
 * repair of each chip by its fault map, unsliced pairs only. Throws RERAM_SPEC.
 */
export function effectiveWeights(
  spec: MappingSpec,
  weights: Int32Array,
  fates: Uint8Array,
  into: Float32Array,
  compensate = false,
): void {
  checkReal('rest level', spec.restLevel, 0, 1);
  const slices = slicesOf(spec);
  const m = cellsPerWeight(spec);
  if (compensate && (slices > 1 || spec.mapping === 'offset'))
    throw reramErrors.create('RERAM_SPEC', {
      what: 'mapping to compensate',
      value: `${spec.mapping} of ${slices} slices`,
      expected: 'an unsliced pair',
    });
  if (slices === 1 && m === 2) effectivePairs(spec, weights, fates, into, compensate);
  else effectiveSlices(spec, slices, m, weights, fates, into);
}

function effectivePairs(
  spec: MappingSpec,
  weights: Int32Array,
  fates: Uint8Array,
  into: Float32Array,
  compensate: boolean,
): void {
  const L = levelsOf(spec.bits);
  for (let i = 0; i < weights.length; i++) {
    const k = weights[i]!;
    const [plus, minus] = [fates[2 * i]!, fates[2 * i + 1]!];
    if ((plus | minus) === stuck.no) into[i] = k;
    else if (plus !== stuck.no && minus !== stuck.no)
      into[i] = (plus === stuck.on ? L : 0) - (minus === stuck.on ? L : 0);
    else if (plus !== stuck.no) {
      const x = plus === stuck.on ? L : 0;
      into[i] = x - (compensate ? clip(x - k, L) : conductance(spec, k, 1));
    } else {
      const x = minus === stuck.on ? L : 0;
      into[i] = (compensate ? clip(x + k, L) : conductance(spec, k, 0)) - x;
    }
  }
}

function effectiveSlices(
  spec: MappingSpec,
  slices: number,
  m: number,
  weights: Int32Array,
  fates: Uint8Array,
  into: Float32Array,
): void {
  const levels = new Float64Array(m);
  const scales = Array.from({ length: slices }, (_, s) => 2 ** (spec.cellBits * s));
  const isOffset = spec.mapping === 'offset';
  for (let i = 0; i < weights.length; i++) {
    const k = weights[i]!;
    if (m === 1) {
      into[i] = weightOf(spec, stuckLevel(spec, fates[i]!, conductance(spec, k, 0)), 0);
      continue;
    }
    let any = 0;
    for (let c = 0; c < m; c++) any |= fates[i * m + c]!;
    if (any === 0 && !isOffset && (slices === 1 || isWhole(spec))) {
      into[i] = k;
      continue;
    }
    cellLevels(spec, k, levels);
    let sum = 0;
    for (let c = 0; c < m; c++) {
      const level = stuckLevel(spec, fates[i * m + c]!, levels[c]!);
      const scale = scales[c % slices]!;
      sum += c < slices ? level * scale : -level * scale;
    }
    into[i] = isOffset ? weightOf(spec, sum, 0) : sum;
  }
}

/** Mappings whose conductances are whole levels, so that slicing rounds nothing. */
function isWhole({ mapping, restLevel }: MappingSpec): boolean {
  return (
    mapping === 'two-column' ||
    mapping === 'differential' ||
    (mapping === 'rest' && (restLevel === 0 || restLevel === 1))
  );
}

function clip(x: number, L: number): number {
  return Math.min(Math.max(x, 0), L);
}
