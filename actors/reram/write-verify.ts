import { normalDensity, normalProbability } from '../../engine/kernel/normal-law.ts';
import type { RandomStream } from '../../engine/kernel/random.ts';
import { saveClass } from '../../engine/kernel/saved-class.ts';
import { normal } from '../../engine/random/index.ts';
import { checkReal, checkWhole } from './errors.ts';

/** How a programming pulse lands and when it is accepted. Conductances are normalised: 0 is the off end, 1 the on end. */
export interface WriteLaw {
  /** Deviation of one pulse from its target, in shares of the range; 0 lands exactly. */
  readonly variance: number;
  /** `constant`: the deviation is `variance`; `proportional`: `variance` times the target. */
  readonly model: 'constant' | 'proportional';
  /** A pulse within -+tolerance of the target is accepted; 0 accepts every first pulse. */
  readonly tolerance: number;
  /** After this many pulses a cell keeps what it has. */
  readonly maxPulses: number;
}

const standard = normal(0, 1);

/** Whether writes under this law are verified: one pulse a cell otherwise. */
export function isVerified({ variance, tolerance }: WriteLaw): boolean {
  return variance > 0 && tolerance > 0;
}

/** Writes cells by pulses until they land within the tolerance, and counts. */
export class PulseWriter {
  readonly #law: WriteLaw;
  #random: RandomStream;
  /** Conductance of the last cell written, not floored. */
  value = 0;
  /** Pulses of the last cell written. */
  pulses = 0;
  /** Cells written, pulses spent, cells that gave up, squares of what is left to the target. */
  cells = 0;
  totalPulses = 0;
  failed = 0;
  squares = 0;

  /** Throws RERAM_SPEC for a law that is none. */
  constructor(law: WriteLaw, random: RandomStream) {
    checkReal('write variance', law.variance, 0, 1);
    checkReal('write tolerance', law.tolerance, 0, 1);
    checkWhole('number of pulses', law.maxPulses, 1);
    this.#law = law;
    this.#random = random;
  }

  static {
    saveClass(
      PulseWriter,
      'reram.PulseWriter',
      (writer) => writer.state(),
      (data) => new PulseWriter(data.law, data.random).#restore(data),
      (writer, data) => void writer.#restore(data),
    );
  }

  /** @internal */
  state() {
    const { value, pulses, cells, totalPulses, failed, squares } = this;
    return { law: this.#law, random: this.#random, counts: { value, pulses, cells, totalPulses, failed, squares } };
  }

  #restore({ random, counts }: ReturnType<PulseWriter['state']>): this {
    this.#random = random;
    Object.assign(this, counts);
    return this;
  }

  /** Writes one cell to conductance `target`; see `value` and `pulses`. Takes no draw when the variance is 0. */
  write(target: number): void {
    const { variance, model, tolerance, maxPulses } = this.#law;
    const sigma = model === 'constant' ? variance : variance * target;
    const most = tolerance > 0 && variance > 0 ? maxPulses : 1;
    let off = 0;
    let pulses = 1;
    let isIn = true;
    if (variance > 0)
      for (; ; pulses++) {
        off = sigma * standard.sample(this.#random);
        isIn = tolerance === 0 || Math.abs(off) <= tolerance;
        if (isIn || pulses === most) break;
      }
    this.value = target + off;
    this.pulses = pulses;
    this.cells++;
    this.totalPulses += pulses;
    this.squares += off * off;
    if (!isIn) this.failed++;
  }
}

/** What write-verify with constant deviation comes to. */
export interface WriteStatistics {
  readonly pulsesPerCell: number;
  readonly failShare: number;
  /** Standard deviation of what is left to the target, over accepted and failed cells. */
  readonly residual: number;
}

/**
 * Closed form for a constant deviation s and tolerance d (derived here: pulses are independent tries that succeed with
 * q = P(|N| <= d/s)): (1 - (1-q)^n)/q pulses, (1-q)^n failures, and the residual of a normal law cut at -+d, mixed with what
 * lies outside for those that failed.
 */
export function writeStatistics({ variance, tolerance, maxPulses }: WriteLaw): WriteStatistics {
  if (variance === 0 || tolerance === 0) return { pulsesPerCell: 1, failShare: 0, residual: variance };
  const z = tolerance / variance;
  const q = 2 * normalProbability(z) - 1;
  let failShare = 1;
  for (let i = 0; i < maxPulses; i++) failShare *= 1 - q;
  const accepted = 1 - (2 * z * normalDensity(z)) / q;
  const failed = q < 1 ? (1 - q * accepted) / (1 - q) : 0;
  const residual = variance * Math.sqrt((1 - failShare) * accepted + failShare * failed);
  return { pulsesPerCell: (1 - failShare) / q, failShare, residual };
}

/** Lowest conductance a read can show, normalised: no current at all, -Goff/(Gon - Goff). */
export function readFloor(onOhms: number, offOhms: number): number {
  return -1 / (offOhms / onOhms - 1);
}
