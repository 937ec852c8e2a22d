import { type ActorRef, type Behavior, defineActor } from '../../engine/kernel/actor.ts';
import { phases } from '../../engine/kernel/phase.ts';
import type { Duration } from '../../engine/kernel/time.ts';
import type { TaskRef } from '../../engine/kernel/trace.ts';
import type { CrossbarMessage } from './crossbar.ts';
import type { ShiftAddMessage } from './shift-add.ts';

export interface SampledMessage {
  readonly type: 'sampled';
  readonly slice: number;
  /** Column sums held, in cell levels; undefined when a run only takes time. */
  readonly sums: Float64Array | undefined;
  /** The read it is part of. */
  readonly read: TaskRef;
}

export interface AdcSpec {
  readonly crossbar: ActorRef<CrossbarMessage>;
  readonly shiftAdd: ActorRef<ShiftAddMessage>;
  /** Which array of the layer this is. */
  readonly tile: number;
  readonly columns: number;
  /** Time to convert all columns once. */
  readonly conversion: Duration;
  /** Size of a step in cell levels; 0 for a converter that loses nothing. */
  readonly step: number;
}

export interface AdcState {
  readonly spec: AdcSpec;
  /** Columns converted so far. */
  conversions: number;
}

/** The converters of one array: all held columns, `adcsPerArray` at a time; the hold is free again when the last is read. */
export const adc: Behavior<AdcSpec, AdcState, SampledMessage> = defineActor<AdcSpec, AdcState, SampledMessage>({
  kind: 'adc',
  init: (spec) => ({ spec, conversions: 0 }),
  on: {
    sampled(state, { slice, sums, read }, ctx) {
      const { crossbar, shiftAdd, tile, columns, conversion, step } = state.spec;
      state.conversions += columns;
      const codes = sums === undefined || step === 0 ? sums : sums.map((sum) => quantise(sum, step));
      const convert = ctx.trace.begin('convert', '', read);
      ctx.schedule(conversion, crossbar, { type: 'free', convert }, phases.release);
      ctx.schedule(conversion, shiftAdd, { type: 'codes', tile, slice, codes });
    },
  },
});

/** `sum` as a converter with this step reads it: the nearest multiple. */
export function quantise(sum: number, step: number): number {
  return Math.floor(sum / step + 0.5) * step;
}

/** Step of a converter in cell levels: full scale of a column over its codes; never finer than one level. */
export function adcStep(rows: number, dacBits: number, cellBits: number, adcBits: number): number {
  return Math.max(1, (rows * (2 ** dacBits - 1) * (2 ** cellBits - 1)) / (2 ** adcBits - 1));
}
