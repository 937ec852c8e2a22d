import type { ConvLayer, LinearLayer } from '../../actors/cnn/index.ts';
import {
  arrayConvolution,
  bestCoreTile,
  type ConvolutionWork,
  isConvolutionGpu,
  libraryConvolution,
  libraryLinear,
} from '../../actors/compute/index.ts';
import { type ConvolutionDevice, loadConvolutionDevice } from '../../actors/presets/index.ts';
import { denseWork, factorsOf, isDense, type Ranks } from './low-rank.ts';
import type { Network } from './network.ts';
import type { HalocParams } from './parameters.ts';

/** One launch: seconds until work begins, and seconds of work. */
export interface Launch {
  readonly label: 'dense' | 'first 1x1' | 'core' | 'last 1x1' | 'linear';
  readonly layer: number;
  readonly wait: number;
  readonly work: number;
}

/** Prices layers on one machine with one library of core kernels, each distinct convolution once: the latency table of the search. */
export class LatencyTable {
  readonly device: ConvolutionDevice;
  readonly #library: HalocParams['kernelLibrary'];
  readonly #batch: number;
  readonly #known = new Map<string, number>();

  constructor(device: HalocParams['device'] | ConvolutionDevice, library: HalocParams['kernelLibrary'], batch: number) {
    this.device = typeof device === 'string' ? loadConvolutionDevice(device) : device;
    this.#library = library;
    this.#batch = batch;
  }

  /** Seconds of a layer at `ranks`, launches included. */
  seconds(layer: ConvLayer, ranks: Ranks): number {
    if (isDense(ranks)) return this.#price(denseWork(layer, this.#batch), false);
    return factorsOf(layer, ranks, this.#batch).reduce((sum, work) => sum + this.#price(work, work.kernel > 1), 0);
  }

  /** Seconds of a fully connected layer; none on an array, whose published times count convolutions only. */
  linearSeconds({ inFeatures, outFeatures }: LinearLayer): number {
    return isConvolutionGpu(this.device) ? libraryLinear(this.device, inFeatures * outFeatures) : 0;
  }

  /** The launches of a forward pass in order. */
  launches({ table, decomposable, factors }: Network, ranks: readonly Ranks[]): readonly Launch[] {
    const launches: Launch[] = [];
    const push = (label: Launch['label'], layer: number, seconds: number): void => {
      const wait = this.#launchSeconds(label === 'core');
      launches.push({ label, layer, wait, work: seconds - wait });
    };
    const labels = factors === 3 ? (['first 1x1', 'core', 'last 1x1'] as const) : (['first 1x1', 'last 1x1'] as const);
    for (const [index, layer] of table.convs.entries()) {
      const place = decomposable.indexOf(index);
      const own = place < 0 ? undefined : ranks[place];
      if (own === undefined || isDense(own)) push('dense', index, this.#price(denseWork(layer, this.#batch), false));
      else
        for (const [i, work] of factorsOf(layer, own, this.#batch).entries())
          push(labels[i] as Launch['label'], index, this.#price(work, work.kernel > 1));
    }
    if (isConvolutionGpu(this.device))
      for (const [i, linear] of table.linear.entries())
        push('linear', table.convs.length + i, this.linearSeconds(linear));
    return launches;
  }

  /** Distinct convolutions priced so far. */
  get size(): number {
    return this.#known.size;
  }

  /** The part of a price that passes before work begins. */
  #launchSeconds(isCore: boolean): number {
    const { device } = this;
    if (!isConvolutionGpu(device)) return 0;
    if (!isCore || this.#library === 'cudnn') return device.launch;
    return (device.core?.start ?? 0) * this.#libraryFactor();
  }

  #libraryFactor(): number {
    const { device } = this;
    return this.#library === 'tvm' && isConvolutionGpu(device) ? (device.generatedFactor ?? 1) : 1;
  }

  #price(work: ConvolutionWork, isCore: boolean): number {
    const key = `${work.inputs} ${work.outputs} ${work.kernel} ${work.inSize} ${work.outSize} ${work.groups} ${isCore}`;
    let seconds = this.#known.get(key);
    if (seconds === undefined) {
      seconds = this.#compute(work, isCore);
      this.#known.set(key, seconds);
    }
    return seconds;
  }

  #compute(work: ConvolutionWork, isCore: boolean): number {
    const { device } = this;
    if (!isConvolutionGpu(device)) return arrayConvolution(device, work);
    if (!isCore || this.#library === 'cudnn') return libraryConvolution(device, work);
    return bestCoreTile(device, work).seconds * this.#libraryFactor();
  }
}
