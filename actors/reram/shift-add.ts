import { type ActorRef, type Behavior, defineActor } from '../../engine/kernel/actor.ts';
import { type CrossbarSpec, slicesOfInput } from './costs.ts';
import { levelsOf, type MappingSpec, slicesOf } from './mapping.ts';
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
      if (mapping.mapping === 'offset')
        for (let i = 0; i < values.length; i++) values[i] = -levelsOf(mapping.bits) * sums[Math.floor(i / outputs)]!;
      state.values = values;
    },
    codes(state, { tile, slice, codes }, ctx) {
      if (codes !== undefined && state.values !== undefined) add(state, state.values, tile, slice, codes);
      state.left--;
      if (state.left === 0) ctx.send(state.spec.layer, { type: 'sums', values: state.values });
    },
  },
});

function add({ spec, slices }: ShiftAddState, values: Float64Array, tile: number, slice: number, codes: Float64Array) {
  const { tiling, mapping, crossbar } = spec;
  const { firstColumn } = tiling.tiles[tile]!;
  const perSign = slicesOf(mapping);
  const m = tiling.cellsPerWeight;
  const window = Math.floor(slice / slices) * tiling.shape.outputs;
  const place = 2 ** (crossbar.dacBits * (slice % slices)) * (mapping.mapping === 'offset' ? 2 : 1);
  for (let column = 0; column < codes.length; column++) {
    const at = firstColumn + column;
    const cell = at % m;
    const weight = 2 ** (mapping.cellBits * (cell % perSign)) * place;
    values[window + Math.floor(at / m)]! += (cell < perSign ? weight : -weight) * codes[column]!;
  }
}
