import { feedbackSteps, fewShotCall, inSI, languageModels } from '../../actors/index.ts';
import type { PapagaiParams } from './params.ts';

export type StepName = keyof typeof feedbackSteps;

/** Steps before the components, the components, and steps after them. */
export const prefix: readonly StepName[] = ['receive', 'segment'];
export const branches: readonly StepName[] = ['level', 'topic', 'linguistic', 'emotion', 'sentiment', 'gibbs'];
export const suffix: readonly StepName[] = ['rules', 'compose'];

/** Components that few-shot calls replace, one call a sentence. */
export const calledSteps: ReadonlySet<StepName> = new Set(['emotion', 'gibbs']);

/** Seconds of a step for an essay of `sentences`. */
export function stepSeconds(step: StepName, sentences: number): number {
  const { fixed, perSentence } = feedbackSteps[step];
  return inSI(fixed) + inSI(perSentence) * sentences;
}

/** Seconds until the gate has refused an essay. */
export function gateSeconds(): number {
  return prefix.reduce((sum, step) => sum + stepSeconds(step, 0), 0);
}

/** Seconds from the start of a request of the language model to its last token. */
export function requestSeconds(params: PapagaiParams, tokensOut: number): number {
  return params.ttftSeconds + tokensOut * inSI(languageModels[params.llm].perToken);
}

/** Seconds of a few-shot call. */
export function callSeconds(params: PapagaiParams): number {
  return requestSeconds(params, inSI(fewShotCall.tokensOut));
}

/** Dollars of a request. */
export function requestDollars(params: PapagaiParams, tokensIn: number, tokensOut: number): number {
  const { dollarsIn, dollarsOut } = languageModels[params.llm];
  return (tokensIn * inSI(dollarsIn) + tokensOut * inSI(dollarsOut)) / 1000;
}

/** Dollars of a few-shot call. */
export function callDollars(params: PapagaiParams): number {
  return requestDollars(params, inSI(fewShotCall.tokensIn), inSI(fewShotCall.tokensOut));
}

/** Seconds of an essay of `sentences` with the worker to itself and no rate limit, without translation. */
export function componentSeconds(params: PapagaiParams, sentences: number): number {
  const isCalled = params.system === 'fewshot';
  const one = (step: StepName): number =>
    isCalled && calledSteps.has(step) ? sentences * callSeconds(params) : stepSeconds(step, sentences);
  const sum = (steps: readonly StepName[]): number => steps.reduce((total, step) => total + one(step), 0);
  const middle = params.parallelism === 'serial' ? sum(branches) : Math.max(...branches.map(one));
  return sum(prefix) + middle + sum(suffix);
}
