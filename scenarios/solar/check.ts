import { EXACT_EPOCHS, loaderParts } from '../../actors/index.ts';
import type { SolarParams } from './params.ts';
import { resolve, type Setup } from './resolve.ts';

/** A combination of parameters that cannot run, and values of `parameter` that can, nearest first. */
export interface Problem {
  readonly parameter: Extract<keyof SolarParams, string>;
  readonly constraint: string;
  readonly use?: readonly (number | string)[];
}

/** Bytes of one entry of an index list, and most entries. */
const ENTRY = 4;
const ENTRIES = 1e8;

/** Everything that is wrong with a combination of parameters, before any event. */
export function checkParams(params: SolarParams): readonly Problem[] {
  switch (params.mode) {
    case 'training':
      return checkTraining(params);
    case 'chunk-plan':
      if (params.wanted <= params.records) return [];
      return [{ parameter: 'wanted', constraint: `a file has only ${params.records} records`, use: [params.records] }];
    case 'mlperf-storage': {
      const { accelerators, hosts } = params;
      if (params.findMax || accelerators >= hosts) return checkTimes(params);
      const constraint = `${hosts} hosts need an accelerator each`;
      return [{ parameter: 'accelerators', constraint, use: [hosts] }, ...checkTimes(params)];
    }
  }
}

/** Times that are neither given nor left to their default. */
function checkTimes(params: SolarParams): readonly Problem[] {
  const names = ['fsLatencySeconds', 'hitSecondsPerSample', 'computeSecondsPerSample', 'stepOverheadSeconds'] as const;
  return names
    .filter((name) => params[name] < 0 && params[name] !== -1)
    .map((parameter) => ({ parameter, constraint: 'a time cannot be negative', use: [0] }));
}

function checkTraining(params: SolarParams): readonly Problem[] {
  const problems: Problem[] = [...checkTimes(params)];
  const refuse = (parameter: Problem['parameter'], constraint: string, use: Problem['use'] = []): void => {
    problems.push({ parameter, constraint, use });
  };
  const { samples, batch, gpus, simulated, layout, epochs } = resolve(params);
  if (params.bufferSamples > samples) refuse('bufferSamples', `there are only ${samples} samples to buffer`, [samples]);
  if (batch * gpus > samples) {
    const constraint = `${gpus} gpus of batch ${batch} need ${batch * gpus} samples, there are ${samples}`;
    if (Math.floor(samples / gpus) >= 1) refuse('batch', constraint, [Math.floor(samples / gpus)]);
    else refuse('gpus', constraint, [samples]);
  }
  if (params.order === 'exact' && simulated > EXACT_EPOCHS)
    refuse('order', `exact takes at most ${EXACT_EPOCHS} epochs, not ${simulated}: use pso or greedy`, [
      'pso',
      'greedy',
    ]);
  if (layout === 'file-per-sample' && (params.chunking === 'threshold' || params.chunking === 'breakeven'))
    refuse('chunking', 'samples in files of their own cannot be read together', ['off']);
  const mapping = params.mapping === 'auto' ? loaderParts[params.loader].mapping : params.mapping;
  if (mapping === 'strided' && (params.balance === 'loads' || params.balance === 'cost'))
    refuse('balance', 'strided ranks have equal batches; only mapping=remap can trade', ['equal']);
  if (samples * simulated > ENTRIES)
    refuse(
      'simulatedEpochs',
      `${samples} samples x ${simulated} epochs are ${samples * simulated} index entries, ${((samples * simulated * ENTRY) / 1e9).toFixed(1)} GB a list; at most ${ENTRIES}`,
      [Math.max(1, Math.floor(ENTRIES / samples))],
    );
  if (params.simulatedEpochs > epochs) refuse('simulatedEpochs', `the training has only ${epochs} epochs`, [epochs]);
  if (params.statsFromEpoch >= simulated)
    refuse('statsFromEpoch', `only epochs 0 to ${simulated - 1} are simulated`, [simulated - 1]);
  if (params.statsToEpoch >= simulated)
    refuse('statsToEpoch', `only epochs 0 to ${simulated - 1} are simulated`, [simulated - 1]);
  if (params.statsToEpoch >= 0 && params.statsToEpoch < params.statsFromEpoch)
    refuse('statsToEpoch', `steady epochs begin with ${params.statsFromEpoch}`, [params.statsFromEpoch]);
  const { fsClientBytesPerSecond: client, fsAggregateBytesPerSecond: aggregate } = params;
  if (params.fileSystem === 'custom' && client === 0 && aggregate === 0)
    refuse('fsClientBytesPerSecond', 'a custom file system needs its rate, of a GPU or of all', [1e9]);
  return problems;
}

/** What is odd about a training without being an error. */
export function warningsOf(params: SolarParams, setup: Setup): readonly string[] {
  const { gpus, batch, capacity, samples, sampleBytes, loader } = setup;
  const buffered = Math.min(samples, capacity * gpus);
  const warnings: string[] = [];
  if (loader === 'solar-released') {
    if (Math.floor(buffered / (gpus * batch)) === 0)
      warnings.push('the buffers hold less than one global batch: solar-released behaves as a FIFO buffer');
    const rest = (samples - buffered) % gpus;
    if (params.remapOwner === 'as-released' && rest !== 0)
      warnings.push(`owners are off by (samples - buffered) mod gpus = ${rest}: hits collapse`);
  }
  if (params.peerFetch === 'true' && gpus === 1) warnings.push('peerFetch with one GPU: there is nobody to fetch from');
  if (capacity === 0 && setup.parts.eviction !== 'none' && params.bufferSamples !== 0)
    warnings.push(`a sample of ${sampleBytes} bytes does not fit into the buffer of a GPU: it holds 0`);
  return warnings;
}
