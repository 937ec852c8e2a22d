import { type ActorRef, type Behavior, defineActor } from '../../engine/kernel/actor.ts';
import { noTask, type TaskRef } from '../../engine/kernel/trace.ts';
import type { CrossbarSpec } from './costs.ts';
import { type CrossbarMessage, crossbar } from './crossbar.ts';
import type { MappingSpec } from './mapping.ts';
import { type LayerSums, type ShiftAddMessage, shiftAdd } from './shift-add.ts';
import type { Tiling } from './tiling.ts';

export type LayerMessage =
  /** Reads the layer once: `inputs` holds R whole numbers for each window, or nothing when the read only takes time. */
  { readonly type: 'run'; readonly inputs: Int32Array | undefined; readonly parent: TaskRef } | LayerSums;

/** A layer has been read. */
export interface LayerDone {
  readonly type: 'layerDone';
  readonly layer: number;
  readonly values: Float64Array | undefined;
}

export interface LayerSpec {
  readonly layer: number;
  readonly tiling: Tiling;
  readonly mapping: MappingSpec;
  readonly crossbar: CrossbarSpec;
  readonly isIdealAdc: boolean;
  /** Levels of the used cells of each array as they really are; undefined when reads only take time. */
  readonly levels: ReadonlyArray<Float32Array> | undefined;
  readonly chip: ActorRef<LayerDone>;
}

export interface LayerState {
  readonly spec: LayerSpec;
  readonly shiftAdd: ActorRef<ShiftAddMessage>;
  readonly arrays: readonly ActorRef<CrossbarMessage>[];
  task: TaskRef;
}

/** Reads all arrays of a layer at once, window after window, and hands on what the digital side makes of it. */
export const layerController: Behavior<LayerSpec, LayerState, LayerMessage> = defineActor<
  LayerSpec,
  LayerState,
  LayerMessage
>({
  kind: 'layer-controller',
  init(spec, ctx) {
    const { tiling, mapping, crossbar: device, isIdealAdc, levels } = spec;
    const layer = ctx.self as ActorRef<LayerSums>;
    const adder = ctx.spawn('shift-add', shiftAdd, { layer, tiling, mapping, crossbar: device });
    const arrays = tiling.tiles.map((tile, index) =>
      ctx.spawn(`array${index}`, crossbar, {
        crossbar: device,
        tile,
        index,
        shiftAdd: adder,
        levels: levels?.[index],
        cellBits: mapping.cellBits,
        isIdealAdc,
      }),
    );
    return { spec, shiftAdd: adder, arrays, task: noTask };
  },
  on: {
    run(state, { inputs, parent }, ctx) {
      state.task = ctx.trace.begin('layer', '', parent);
      ctx.trace.wait(state.task, 'data', 'arrays');
      const { shape, tiles } = state.spec.tiling;
      const { windows } = shape;
      const sums = inputs === undefined ? undefined : windowSums(inputs, shape.inputs, windows);
      ctx.send(state.shiftAdd, { type: 'begin', windows, sums });
      for (const [i, array] of state.arrays.entries()) {
        const { firstRow, rows } = tiles[i]!;
        const part = inputs === undefined ? undefined : rowsOf(inputs, shape.inputs, windows, firstRow, rows);
        ctx.send(array, { type: 'read', windows, inputs: part, parent: state.task });
      }
    },
    sums(state, { values }, ctx) {
      ctx.trace.end(state.task);
      ctx.send(state.spec.chip, { type: 'layerDone', layer: state.spec.layer, values });
    },
  },
});

function windowSums(inputs: Int32Array, width: number, windows: number): Float64Array {
  const sums = new Float64Array(windows);
  for (let w = 0; w < windows; w++) for (let r = 0; r < width; r++) sums[w]! += inputs[w * width + r]!;
  return sums;
}

function rowsOf(inputs: Int32Array, width: number, windows: number, first: number, rows: number): Int32Array {
  if (rows === width) return inputs;
  const part = new Int32Array(windows * rows);
  for (let w = 0; w < windows; w++) part.set(inputs.subarray(w * width + first, w * width + first + rows), w * rows);
  return part;
}
