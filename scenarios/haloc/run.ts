import type { ConvLayer } from '../../actors/cnn/index.ts';
import {
  bestCoreTile,
  type ConvolutionWork,
  type CoreTile,
  convolutionMacs,
  coreConvolution,
  coreTiles,
  libraryConvolution,
} from '../../actors/compute/index.ts';
import { type ConvolutionGpu, loadConvolutionDevice } from '../../actors/presets/index.ts';
import { assumedLoss, type Chosen, chooseRanks, type LossOfRanks, spaceOf } from './choose-ranks.ts';
import { runPasses } from './forward-pass.ts';
import { breakEvenRank, dense, denseWork, isDense, macsAt, parametersAt, type Ranks } from './low-rank.ts';
import type { Metrics } from './metrics.ts';
import { type Network, networkOf } from './network.ts';
import { type HalocParams, stepOf } from './parameters.ts';
import { LatencyTable } from './pricing.ts';
import { searchSpaceLog10 } from './rank-space.ts';

/** What a run gives. */
export interface HalocRun {
  readonly metrics: Metrics;
  readonly events: number;
  readonly fingerprint?: string;
  readonly warnings: readonly string[];
}

/** Compresses a whole network by layer tables and runs it on the device, dense beside compressed. */
export function runNetwork(params: HalocParams, seed: number): HalocRun {
  const latencies = new LatencyTable(params.device, params.kernelLibrary, params.batch);
  const loss = assumedLoss(networkOf(params.network), params.spectrumExponent);
  const chosen = chooseRanks(params, spaceOf(params, latencies, loss), { seed });
  return measure(params, chosen, loss, latencies, seed);
}

/** The metrics of chosen ranks, with a simulated forward pass. */
export function measure(
  params: HalocParams,
  chosen: Chosen,
  loss: LossOfRanks,
  latencies: LatencyTable,
  seed: number,
): HalocRun {
  const network = networkOf(params.network);
  const { ranks } = chosen;
  const macs = totalOf(network, ranks, macsAt, network.macs);
  const parameters = totalOf(network, ranks, parametersAt, network.parameters);
  const launches = latencies.launches(network, ranks);
  const { outcomes, events, fingerprint } = runPasses(
    [
      {
        name: 'dense',
        launches: latencies.launches(
          network,
          ranks.map(() => dense),
        ),
      },
      { name: 'compressed', launches },
    ],
    { seed },
  );
  const [denseSeconds, seconds] = outcomes.map((outcome) => outcome.seconds) as [number, number];
  const used = ranks.filter((pair) => !isDense(pair)).flatMap(({ r1, r2 }) => [r1, r2]);
  const { objective } = params;
  return {
    metrics: {
      macs,
      flops: 2 * macs,
      flopsReduction: 1 - macs / network.macs,
      params: parameters,
      paramsReduction: 1 - parameters / network.parameters,
      denseLatencySeconds: denseSeconds,
      latencySeconds: seconds,
      speedup: denseSeconds / seconds,
      framesPerSecond: params.batch / seconds,
      launchSeconds: launches.reduce((sum, { wait }) => sum + wait, 0),
      ...(chosen.met === undefined ? {} : { targetMet: chosen.met }),
      ...(chosen.argmaxCost === undefined ? {} : { argmaxReduction: 1 - chosen.argmaxCost }),
      searchSteps: chosen.searchSteps,
      searchSpaceLog10: searchSpaceLog10(network, stepOf(params), params.equalRank),
      truncationLoss: ranks.reduce((sum, pair, i) => sum + loss(i, pair), 0) / Math.max(1, ranks.length),
      minRank: used.length === 0 ? 0 : Math.min(...used),
      maxRank: used.length === 0 ? 0 : Math.max(...used),
      decomposedLayers: ranks.filter((pair) => !isDense(pair)).length,
      rankList: rankText(ranks),
    },
    events,
    fingerprint,
    warnings:
      chosen.cheapest === undefined
        ? []
        : [
            objective === 'flops'
              ? `flopsTarget ${params.flopsTarget} cannot be reached with these candidates: ${(1 - chosen.cheapest).toFixed(4)} is the nearest`
              : `latencyTarget ${params.latencyTarget} cannot be reached with these candidates: ${chosen.cheapest.toFixed(4)} is the nearest`,
          ],
  };
}

/** Ranks in the syntax of the parameter `ranks`. */
export function rankText(ranks: readonly Ranks[]): string {
  return ranks.map(({ r1, r2 }) => `${r1}:${r2}`).join(',');
}

function totalOf(
  { table, decomposable }: Network,
  ranks: readonly Ranks[],
  of: (layer: ConvLayer, ranks: Ranks) => number,
  whole: number,
): number {
  return decomposable.reduce((sum, index, i) => {
    const layer = table.convs[index] as ConvLayer;
    return sum - of(layer, dense) + of(layer, ranks[i] as Ranks);
  }, whole);
}

/** Prices one layer, dense and at an equal rank. */
export function runLayer(params: HalocParams): HalocRun {
  const layer = layerOf(params);
  const ranks = { r1: params.rank, r2: params.rank };
  const latencies = new LatencyTable(params.device, params.kernelLibrary, params.batch);
  const metrics = {
    denseMacs: convolutionMacs(denseWork(layer, 1)),
    lowRankMacs: macsAt(layer, ranks),
    breakEvenRank: breakEvenRank(layer),
    denseLayerSeconds: latencies.seconds(layer, dense),
    lowRankLayerSeconds: latencies.seconds(layer, ranks),
  };
  return { metrics, events: 0, warnings: [] };
}

/** The layer of mode=layer. */
export function layerOf({ coreIn, coreOut, coreSize, stride }: HalocParams): ConvLayer {
  return {
    name: 'layer',
    inChannels: coreIn,
    outChannels: coreOut,
    kernel: 3,
    stride,
    inSize: coreSize * stride,
    outSize: coreSize,
    groups: 1,
    tensor: 0,
    shortcut: false,
    pooled: false,
  };
}

/** Prices one core kernel with a given or the best tile. */
export function runKernel(params: HalocParams): HalocRun {
  const gpu = loadConvolutionDevice(params.device) as ConvolutionGpu;
  const { coreIn, coreOut, coreSize, batch } = params;
  const work: ConvolutionWork = {
    inputs: coreIn,
    outputs: coreOut,
    kernel: 3,
    inSize: coreSize,
    outSize: coreSize,
    groups: 1,
    batch,
  };
  const { tile, seconds } = tileOf(gpu, work, params);
  const factor = params.kernelLibrary === 'tvm' ? (gpu.generatedFactor ?? 1) : 1;
  const metrics = {
    coreKernelSeconds: seconds * factor,
    libraryKernelSeconds: libraryConvolution(gpu, work),
    coreTile: `${tile.height}/${tile.width}/${tile.channels}`,
  };
  return { metrics, events: 0, warnings: [] };
}

function tileOf(
  gpu: ConvolutionGpu,
  work: ConvolutionWork,
  { tileH, tileW, tileC }: HalocParams,
): { readonly tile: CoreTile; readonly seconds: number } {
  if (tileH + tileW + tileC === 0) return bestCoreTile(gpu, work);
  const options = coreTiles(work);
  const extents = (given: number, of: (tile: CoreTile) => number): readonly number[] =>
    given > 0 ? [given] : [...new Set(options.map(of))];
  let best: { tile: CoreTile; seconds: number } | undefined;
  for (const height of extents(tileH, (tile) => tile.height))
    for (const width of extents(tileW, (tile) => tile.width))
      for (const channels of extents(tileC, (tile) => tile.channels)) {
        if (height * width > 144) continue;
        const tile = { height, width, channels };
        const seconds = coreConvolution(gpu, work, tile);
        if (best === undefined || seconds < best.seconds) best = { tile, seconds };
      }
  return best as { tile: CoreTile; seconds: number };
}
