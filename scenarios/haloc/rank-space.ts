import { type ConvLayer, convMacs } from '../../actors/cnn/index.ts';
import { dense, macsAt, type Ranks } from './low-rank.ts';
import type { Network } from './network.ts';

/** What a layer may become, with its loss and its cost in the unit of the objective. */
export interface Candidate extends Ranks {
  /** Share of the squared weights lost; 0 when dense. */
  readonly loss: number;
  readonly cost: number;
}

/** The candidates of every decomposable layer, dense first, and the cost of all other layers. */
export interface RankSpace {
  readonly layers: ReadonlyArray<readonly Candidate[]>;
  readonly fixed: number;
  readonly denseCost: number;
}

/** How a rank space is made. */
export interface SpaceOptions {
  readonly step: number;
  readonly equalRank: boolean;
  /** Loss of decomposable layer `layer` (its index among them) at given ranks. */
  readonly loss: (layer: number, ranks: Ranks) => number;
  /** Cost of a convolution of the table at given ranks, and of the fully connected layers. */
  readonly cost: (layer: ConvLayer, ranks: Ranks) => number;
  readonly linearCost: number;
}

/** Ranks that a layer may have: multiples of `step` up to the width, or the width when that is smaller; cheaper than dense in multiplications. */
function ranksOf(layer: ConvLayer, step: number, equalRank: boolean): readonly Ranks[] {
  const { inChannels, outChannels, kernel } = layer;
  const own = convMacs(layer);
  const pairs =
    equalRank || kernel === 1
      ? grid(Math.min(inChannels, outChannels), step).map((r) => ({ r1: r, r2: r }))
      : grid(inChannels, step).flatMap((r1) => grid(outChannels, step).map((r2) => ({ r1, r2 })));
  return pairs.filter((ranks) => macsAt(layer, ranks) < own);
}

/** Multiples of `step` up to `width`; `width` alone when there is none. */
export function grid(width: number, step: number): readonly number[] {
  if (step > width) return [width];
  return Array.from({ length: Math.floor(width / step) }, (_, i) => (i + 1) * step);
}

/** All candidates of a network. */
export function rankSpace({ table, decomposable }: Network, options: SpaceOptions): RankSpace {
  const { step, equalRank, loss, cost, linearCost } = options;
  const layers = decomposable.map((index, i) => {
    const layer = table.convs[index] as ConvLayer;
    const low = ranksOf(layer, step, equalRank).map((ranks) => ({
      ...ranks,
      loss: loss(i, ranks),
      cost: cost(layer, ranks),
    }));
    return [{ ...dense, loss: 0, cost: cost(layer, dense) }, ...low];
  });
  const inside = new Set(decomposable);
  const fixed = table.convs.reduce((sum, conv, i) => (inside.has(i) ? sum : sum + cost(conv, dense)), linearCost);
  return { layers, fixed, denseCost: layers.reduce((sum, [own]) => sum + (own as Candidate).cost, fixed) };
}

/** log10 of the number of settings: floor(width / step) for each rank of each layer, at least one. */
export function searchSpaceLog10({ table, decomposable, factors }: Network, step: number, equalRank: boolean): number {
  const count = (width: number): number => Math.log10(Math.max(1, Math.floor(width / step)));
  return decomposable.reduce((sum, index) => {
    const { inChannels, outChannels } = table.convs[index] as ConvLayer;
    const both = !equalRank && factors === 3;
    return sum + (both ? count(inChannels) + count(outChannels) : count(Math.min(inChannels, outChannels)));
  }, 0);
}

/** A setting: the index of a candidate for each layer. */
export type Choice = readonly number[];

/** Cost of a setting, all layers, in canonical order. */
export function costOf({ layers, fixed }: RankSpace, choice: Choice): number {
  return layers.reduce((sum, candidates, i) => sum + (candidates[choice[i] as number] as Candidate).cost, fixed);
}

/** Mean loss of the decomposable layers. */
export function lossOf({ layers }: RankSpace, choice: Choice): number {
  if (layers.length === 0) return 0;
  const sum = layers.reduce((total, candidates, i) => total + (candidates[choice[i] as number] as Candidate).loss, 0);
  return sum / layers.length;
}
