import type { PapagaiParams } from './params.ts';
import { componentSeconds } from './steps.ts';

/** A combination of parameters that cannot run, and values of `parameter` that can, nearest first. */
export interface Problem {
  readonly parameter: Extract<keyof PapagaiParams, string>;
  readonly constraint: string;
  readonly use?: readonly (number | string)[];
}

/** Students above which a load without steady state is refused: the queue at the end would say nothing of any law. */
const TRANSIENT = 1e5;

/** Everything that is wrong with a combination of parameters, before any event. */
export function checkParams(params: PapagaiParams): readonly Problem[] {
  const problems: Problem[] = [];
  const refuse = (parameter: Problem['parameter'], constraint: string, use: Problem['use'] = []): void => {
    problems.push({ parameter, constraint, use });
  };
  const scores = [
    'gibbsTop1',
    'gibbsTop3',
    'emotionRecall',
    'emotionPrecision',
    'sentimentAccuracy',
    'topicAccuracy',
    'levelSigma',
  ] as const;
  for (const name of scores)
    if (params[name] < 0 && params[name] !== -1) refuse(name, 'it is a share or deviation, from 0 on', [0]);
  for (const name of ['emotionRecall', 'emotionPrecision'] as const)
    if (params[name] === 0) refuse(name, 'it must be above 0: labels that are never found have no precision', [0.01]);
  if (params.gibbsTop3 >= 0 && params.gibbsTop1 > params.gibbsTop3)
    refuse('gibbsTop1', `gibbsTop3 is ${params.gibbsTop3}, and what is first is among the first three`, [
      params.gibbsTop3,
    ]);
  const { deadlineShape, deadlineWindowHours, horizonHours, system, discipline } = params;
  if (deadlineShape === 'deadline' && deadlineWindowHours > horizonHours)
    refuse('deadlineWindowHours', `the last window cannot be longer than horizonHours=${horizonHours}`, [horizonHours]);
  if (discipline === 'processor-sharing' && system === 'lecturer')
    refuse('discipline', 'a lecturer reads one essay at a time', ['fifo']);
  if (discipline === 'processor-sharing' && system === 'fewshot' && params.rateLimit > 0)
    refuse('discipline', 'calls that wait for a rate limit cannot share a server', ['fifo']);
  if (deadlineShape === 'poisson' && params.students > TRANSIENT) {
    const load = loadOf(params);
    if (load >= 1)
      refuse(
        'students',
        `at a load of ${load.toFixed(3)} the queue has no steady state; up to ${TRANSIENT} students it runs as a transient`,
        [TRANSIENT],
      );
  }
  return problems;
}

/** Arrivals times mean service over servers; 0 for an API without limit. */
function loadOf(params: PapagaiParams): number {
  const perSecond = params.students / (params.horizonHours * 3600);
  const { system, serviceModel } = params;
  if (system === 'llm') return params.rateLimit === 0 ? 0 : perSecond * (60 / params.rateLimit);
  if (system === 'lecturer') {
    const openShare = (5 * params.officeHoursPerDay) / 168;
    return (perSecond * params.lecturerMinutes * 60) / (openShare * params.lecturers);
  }
  const sentences = params.sentences > 0 ? params.sentences : params.wordsMean / params.wordsPerSentence;
  const own = serviceModel === 'components' ? componentSeconds(params, sentences) : params.serviceSeconds;
  const worker = (perSecond * (own + 2 * params.translateShare * params.translateSeconds)) / params.workers;
  const calls = system === 'fewshot' && serviceModel === 'components' ? 2 * sentences : 0;
  const limited = params.rateLimit === 0 ? 0 : perSecond * calls * (60 / params.rateLimit);
  return Math.max(worker, limited);
}
