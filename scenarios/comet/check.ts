import { codecStagesIds } from '../../actors/presets/index.ts';
import { nearest } from '../kit/neighbours.ts';
import { codecSpeed } from './codec-speed.ts';
import type { CometParams } from './params.ts';
import { stepsOf } from './train/run-training.ts';

/** A combination of parameters that cannot run, and values of `parameter` that can, nearest first. */
export interface Problem {
  readonly parameter: Extract<keyof CometParams, string>;
  readonly constraint: string;
  readonly use: readonly (number | string)[];
}

/** Fewest digits of one class in the package of digits. */
const smallestDigitClass = 863;
const mostSteps = 20_000;
const powers = [128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536];

/** What is really run. */
export function modeOf({ mode, network }: CometParams): 'iteration' | 'codec' | 'train' {
  if (mode !== 'auto') return mode;
  return network === 'tiny-cnn' ? 'train' : 'iteration';
}

/** Everything that is wrong with a combination of parameters, before anything is run. */
export function checkParams(params: CometParams): readonly Problem[] {
  const problems: Problem[] = [];
  const refuse = (parameter: Problem['parameter'], constraint: string, use: Problem['use'] = []): void => {
    problems.push({ parameter, constraint, use });
  };
  const mode = modeOf(params);
  if (!powers.includes(params.nBins)) refuse('nBins', 'must be a power of two', nearest(powers, params.nBins));
  if (params.codecVariant === 'classic-sz' && params.lorenzoDims !== 1)
    refuse('lorenzoDims', 'classic-sz predicts in one dimension', [1]);
  if (params.ratioOverride > 0 && params.ratioOverride < 1) refuse('ratioOverride', 'must be 1 or more, or null', [1]);
  if (params.ratioOverride > 32 && params.codec === 'comet')
    refuse('ratioOverride', 'a Huffman code takes at least one bit of 32, so the ratio stays at or below 32', [32]);
  if (mode === 'iteration') {
    if (params.network === 'tiny-cnn') refuse('mode', 'tiny-cnn is trained, not replayed by shape', ['train', 'auto']);
    const coded = params.codec === 'comet' || params.codec === 'cusz-fixed';
    if (coded && codecSpeed(params).decompressPerByte === undefined)
      refuse(
        'codecStages',
        'preset has no decompression stages',
        codecStagesIds.filter((id) => !id.startsWith('bench21')).slice(0, 3),
      );
  }
  if (mode === 'train') checkTraining(params, refuse);
  return problems;
}

function checkTraining(
  params: CometParams,
  refuse: (parameter: Problem['parameter'], constraint: string, use?: Problem['use']) => void,
): void {
  if (params.network !== 'tiny-cnn') refuse('network', 'mode train trains tiny-cnn only', ['tiny-cnn']);
  if (params.dataset === 'mnist' && params.trainPerClass + params.testPerClass > smallestDigitClass)
    refuse(
      'trainPerClass',
      `the smallest class has ${smallestDigitClass} digits, ${params.testPerClass} are for tests`,
      [Math.max(1, smallestDigitClass - params.testPerClass)],
    );
  const steps = stepsOf(params);
  if (steps > mostSteps)
    refuse('epochs', `${steps} steps are more than ${mostSteps}`, [
      Math.max(1, Math.floor((params.epochs * mostSteps) / steps)),
    ]);
}
