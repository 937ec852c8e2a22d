import { type ActorRef, type Behavior, defineActor } from '../../engine/kernel/actor.ts';
import { addCodes, offsetConstant } from './bit-serial.ts';
import { type CrossbarSpec, slicesOfInput } from './costs.ts';
import type { MappingSpec } from './mapping.ts';
import type { Tiling } from './tiling.ts';

export type ShiftAddMessage =
  | {
      readonly type: 'codes';
      readonly tile: number;
      readonly slice: number;
      readonly codes: Float64Array | undefined;
    }
  /** Starts a read; `ones` are the inputs added up for each window, for mappings with a constant to take off. */
  | { readonly type: 'begin'; readonly windows: number; readonly sums: Float64Array | undefined };

/** All partial sums of a layer are in: `values` holds outputs a window, in weight levels times input levels. */
export interface LayerSums {
  readonly type: 'sums';
  readonly values: Float64Array | undefined;
}

export interface ShiftAddSpec {
  readonly layer: ActorRef<LayerSums>;
  readonly tiling: Tiling;
  readonly mapping: MappingSpec;
  readonly crossbar: CrossbarSpec;
}

export interface ShiftAddState {
  readonly spec: ShiftAddSpec;
  readonly slices: number;
  left: number;
  values: Float64Array | undefined;
}

/**
 * The digital side of a layer: weights codes by input bit and cell slice, subtracts minus columns from plus columns, adds the
 * row blocks, and takes the constant of `offset` off. Adding takes no time.
 */
export const shiftAdd: Behavior<ShiftAddSpec, ShiftAddState, ShiftAddMessage> = defineActor<
  ShiftAddSpec,
  ShiftAddState,
  ShiftAddMessage
>({
  kind: 'shift-add',
  init: (spec) => ({ spec, slices: slicesOfInput(spec.crossbar), left: 0, values: undefined }),
  on: {
    begin(state, { windows, sums }) {
      const { tiling, mapping } = state.spec;
      const { outputs } = tiling.shape;
      state.left = tiling.tiles.length * windows * state.slices;
      if (sums === undefined) {
        state.values = undefined;
        return;
      }
      const values = new Float64Array(windows * outputs);
      for (let w = 0; w < windows; w++) values.fill(offsetConstant(mapping, sums[w]!), w * outputs, (w + 1) * outputs);
      state.values = values;
    },
    codes(state, { tile, slice, codes }, ctx) {
      if (codes !== undefined && state.values !== undefined) {
        const window = Math.floor(slice / state.slices);
        const { tiles } = state.spec.tiling;
        addCodes(state.spec, tiles[tile]!, slice % state.slices, codes, state.values, window);
      }
      state.left--;
      if (state.left === 0) ctx.send(state.spec.layer, { type: 'sums', values: state.values });
    },
  },
});
