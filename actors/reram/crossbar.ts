import { type ActorRef, type Behavior, type Context, defineActor } from '../../engine/kernel/actor.ts';
import { seconds } from '../../engine/kernel/time.ts';
import { noTask, type TaskRef } from '../../engine/kernel/trace.ts';
import { adc, adcStep, type SampledMessage } from './adc.ts';
import { columnSums } from './bit-serial.ts';
import { type CrossbarSpec, conversionSeconds, slicesOfInput } from './costs.ts';
import { type DriveMessage, dacBank } from './dac-bank.ts';
import type { ShiftAddMessage } from './shift-add.ts';
import type { Tile } from './tiling.ts';

export type CrossbarMessage =
  /** Reads all windows: `inputs` holds `tile.rows` whole numbers a window, or nothing when the read only takes time. */
  | {
      readonly type: 'read';
      readonly windows: number;
      readonly inputs: Int32Array | undefined;
      /** The layer's read it is part of. */
      readonly parent: TaskRef;
    }
  /** Internal: the columns of a slice carry their sums. */
  | { readonly type: 'settled'; readonly slice: number; readonly drive: TaskRef }
  /** Internal: the converters have read what was held. */
  | { readonly type: 'free'; readonly convert: TaskRef };

export interface CrossbarActorSpec {
  readonly crossbar: CrossbarSpec;
  readonly tile: Tile;
  readonly index: number;
  readonly shiftAdd: ActorRef<ShiftAddMessage>;
  /** Levels of the used cells, row by row, as they really are; read when a run has inputs. */
  readonly levels: Float32Array | undefined;
  readonly cellBits: number;
  readonly isIdealAdc: boolean;
}

export interface CrossbarState {
  readonly spec: CrossbarActorSpec;
  readonly dac: ActorRef<DriveMessage>;
  readonly adc: ActorRef<SampledMessage>;
  readonly slicesOfInput: number;
  inputs: Int32Array | undefined;
  slices: number;
  driven: number;
  /** Slice whose sums stand on the columns and cannot be held yet; -1 for none. */
  settled: number;
  converting: boolean;
  task: TaskRef;
  /** Slices converted so far in this read. */
  converted: number;
  /** Slices read so far. */
  reads: number;
  /** Slices that had to wait for the converters. */
  held: number;
}

/**
 * One array: its drivers put a slice of the input on the rows, the columns settle to their sums, sample and hold keeps them for
 * the converters. Pipelined, the next slice is driven as soon as the last is held. Bit-serial: slice after slice of one window,
 * lowest bits first, then the next window.
 */
export const crossbar: Behavior<CrossbarActorSpec, CrossbarState, CrossbarMessage> = defineActor<
  CrossbarActorSpec,
  CrossbarState,
  CrossbarMessage
>({
  kind: 'crossbar',
  init(spec, ctx) {
    const { crossbar: device, tile, shiftAdd, index, cellBits, isIdealAdc } = spec;
    const pulse = seconds(device.readPulseSeconds);
    const conversion = seconds(conversionSeconds(device, tile.columns));
    const step = isIdealAdc ? 0 : adcStep(device.rows, device.dacBits, cellBits, device.adcBits);
    const self = ctx.self as ActorRef<CrossbarMessage>;
    return {
      spec,
      dac: ctx.spawn('dac', dacBank, { crossbar: self, rows: tile.rows, pulse }),
      adc: ctx.spawn('adc', adc, { crossbar: self, shiftAdd, tile: index, columns: tile.columns, conversion, step }),
      slicesOfInput: slicesOfInput(device),
      inputs: undefined,
      slices: 0,
      driven: 0,
      settled: -1,
      converting: false,
      task: noTask,
      converted: 0,
      reads: 0,
      held: 0,
    };
  },
  on: {
    read(state, { windows, inputs, parent }, ctx) {
      state.task = ctx.trace.begin('read', '', parent);
      state.converted = 0;
      state.inputs = inputs;
      state.slices = windows * state.slicesOfInput;
      state.driven = 0;
      drive(state, ctx);
    },
    settled(state, { slice, drive: driven }, ctx) {
      ctx.trace.end(driven);
      state.reads++;
      state.settled = slice;
      if (state.converting) {
        state.held++;
        ctx.trace.wait(state.task, 'resource', 'adc', driven);
        return;
      }
      ctx.trace.wait(state.task, 'data', 'adc', driven);
      ctx.send(state.adc, hold(state));
      if (state.spec.crossbar.pipelined) drive(state, ctx);
    },
    free(state, { convert }, ctx) {
      ctx.trace.end(convert);
      state.converting = false;
      state.converted++;
      if (state.converted === state.slices) ctx.trace.end(state.task);
      else if (state.settled >= 0) {
        ctx.trace.wait(state.task, 'data', 'adc', convert);
        ctx.send(state.adc, hold(state));
        drive(state, ctx);
      } else if (!state.spec.crossbar.pipelined) drive(state, ctx);
    },
  },
});

/** Has the next slice driven, if there is one; the read waits for it. */
function drive(state: CrossbarState, ctx: Context<CrossbarMessage>): void {
  if (state.driven === state.slices) return;
  ctx.trace.wait(state.task, 'data', 'dac');
  ctx.send(state.dac, { type: 'drive', slice: state.driven, read: state.task });
  state.driven++;
}

/** Moves the sums that stand on the columns into the hold. */
function hold(state: CrossbarState): SampledMessage {
  const slice = state.settled;
  state.settled = -1;
  state.converting = true;
  return { type: 'sampled', slice, sums: sumsOf(state, slice), read: state.task };
}

/** Sums of one slice on the columns, when the read has inputs. */
function sumsOf({ spec, inputs, slicesOfInput: slices }: CrossbarState, slice: number): Float64Array | undefined {
  const { levels, tile, crossbar: device } = spec;
  if (inputs === undefined || levels === undefined) return undefined;
  const from = Math.floor(slice / slices) * tile.rows;
  const sums = new Float64Array(tile.columns);
  columnSums(device, tile, levels, 0, tile.columns, inputs, from, slice % slices, sums);
  return sums;
}
