import { type Accuracy, perfect } from './components.ts';
import type { PapagaiParams } from './params.ts';

/** Scores of each kind of reader where no parameter says otherwise; emotionRecall and -Precision give equal micro-F1. */
const rows = {
  hybrid: row(0.65, 0.98, 0.7, 0.8, 0.85, 0.695),
  model: row(0.87, 0.87, 0.49, 0.8, 0.85, 0.695),
  lecturer: row(0.9, 1, 0.7, 0.95, 0.95, 0.45),
} as const;

function row(
  gibbsTop1: number,
  gibbsTop3: number,
  emotion: number,
  sentimentAccuracy: number,
  topicAccuracy: number,
  levelSigma: number,
): Accuracy {
  return {
    gibbsTop1,
    gibbsTop3,
    emotionRecall: emotion,
    emotionPrecision: emotion,
    sentimentAccuracy,
    topicAccuracy,
    levelSigma,
  };
}

/** Who reads, and which share of the essays. Parameters that are given replace the scores of the system itself, not those of a reviewer. */
export function readersOf(
  params: PapagaiParams,
): ReadonlyArray<{ readonly share: number; readonly accuracy: Accuracy }> {
  if (params.noise === 'none') return [{ share: 1, accuracy: perfect }];
  const { system, reviewShare } = params;
  switch (system) {
    case 'hybrid':
      return [{ share: 1, accuracy: given(rows.hybrid, params) }];
    case 'fewshot':
    case 'llm':
      return [{ share: 1, accuracy: given(rows.model, params) }];
    case 'lecturer':
      return [{ share: 1, accuracy: given(rows.lecturer, params) }];
    case 'hybrid+lecturer':
      return [
        { share: reviewShare, accuracy: rows.lecturer },
        { share: 1 - reviewShare, accuracy: given(rows.hybrid, params) },
      ];
  }
}

function given(own: Accuracy, params: PapagaiParams): Accuracy {
  const or = (name: keyof Accuracy): number => (params[name] < 0 ? own[name] : params[name]);
  const gibbsTop1 = or('gibbsTop1');
  return {
    gibbsTop1,
    gibbsTop3: params.gibbsTop3 < 0 ? Math.max(own.gibbsTop3, gibbsTop1) : params.gibbsTop3,
    emotionRecall: or('emotionRecall'),
    emotionPrecision: or('emotionPrecision'),
    sentimentAccuracy: or('sentimentAccuracy'),
    topicAccuracy: or('topicAccuracy'),
    levelSigma: or('levelSigma'),
  };
}
