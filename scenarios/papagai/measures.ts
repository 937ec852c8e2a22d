import { createRandomSource, type Duration, estimateMean, seconds, Tally, toSeconds } from '../../engine/index.ts';
import { readersOf } from './accuracy.ts';
import { Components } from './components.ts';
import { writeEssay } from './essay.ts';
import { writeFeedback } from './feedback.ts';
import { type Load, TICKS } from './load.ts';
import type { MetricName } from './metrics.ts';
import type { PapagaiParams } from './params.ts';
import type { Platform } from './platform.ts';
import type { Quality } from './quality.ts';
import { applyRules } from './rules.ts';
import { callDollars, requestDollars } from './steps.ts';

type Numbers = { [Name in MetricName]?: number | string };
type Intervals = { [Name in MetricName]?: readonly [number, number] };

/** Nearest rank: the value that a share `q` of the sorted values does not exceed. */
export function nearestRank(sorted: Float64Array, q: number): number {
  return sorted[Math.max(0, Math.ceil(q * sorted.length - 1e-9) - 1)] as number;
}

/** Times, costs and hours of a run that has ended. */
export function measureTimes(params: PapagaiParams, platform: Platform): Numbers {
  const { journal } = platform;
  const numbers: Numbers = {
    completed: journal.delivered,
    rejected: journal.rejected,
    lecturerHours: journal.marking / TICKS / 3600,
  };
  const accepted = Int32Array.from(indices(journal.departed));
  let last = 0;
  for (const i of accepted) last = Math.max(last, journal.departed[i] as number);
  Object.assign(numbers, costs(params, journal.requests, journal.delivered, last / TICKS));
  const warm = Math.floor(params.warmupShare * params.students);
  const kept = accepted.subarray(accepted.findIndex((i) => i >= warm));
  if (accepted.length === 0 || kept[0] === undefined || kept[0] < warm) return numbers;
  const between = (from: Float64Array, to: Float64Array, list: Int32Array = kept): Float64Array =>
    Float64Array.from(list, (i) => ((to[i] as number) - (from[i] as number)) / TICKS);
  const turnaround = between(journal.arrival, journal.departed);
  numbers.turnaroundMeanSeconds = Tally.of(turnaround).mean;
  turnaround.sort();
  numbers.turnaroundP50Seconds = nearestRank(turnaround, 0.5);
  numbers.turnaroundP95Seconds = nearestRank(turnaround, 0.95);
  numbers.turnaroundMaxSeconds = turnaround[turnaround.length - 1] as number;
  const service = new Tally();
  for (const i of kept) service.add((journal.service[i] as number) / TICKS);
  numbers.serviceMeanSeconds = service.mean;
  if (params.discipline === 'fifo') {
    const waits = between(journal.arrival, journal.started);
    numbers.waitMeanSeconds = Tally.of(waits).mean;
    let waited = 0;
    for (const wait of waits) if (wait > 0) waited++;
    numbers.waitShare = waited / waits.length;
    const times = (of: Float64Array): Float64Array => Float64Array.from(accepted, (i) => of[i] as number);
    numbers.queueMax = longestQueue(times(journal.arrival), times(journal.started));
  }
  const reviewed = Int32Array.from(indices(journal.reviewed));
  if (reviewed.length > 0)
    numbers.reviewTurnaroundP50Seconds = nearestRank(between(journal.arrival, journal.reviewed, reviewed).sort(), 0.5);
  const used = utilisation(params, platform, accepted, last);
  if (used !== undefined) numbers.utilisation = used;
  return numbers;
}

/** Where something happened. */
function* indices(times: Float64Array): Generator<number> {
  for (let i = 0; i < times.length; i++) if (!Number.isNaN(times[i])) yield i;
}

/** Busy time of the servers over the time from the first arrival to the last departure; none for an API. */
function utilisation(
  params: PapagaiParams,
  { journal, office }: Platform,
  accepted: Int32Array,
  last: number,
): number | undefined {
  if (params.system === 'llm') return undefined;
  const first = journal.arrival[accepted[0] as number] as number;
  let busy = 0;
  for (const i of accepted) busy += journal.service[i] as number;
  const isMarked = params.system === 'lecturer' && office !== undefined;
  const open = (ticks: number): Duration => (office?.openUntil(seconds(ticks / TICKS)) ?? 0) as Duration;
  const time = isMarked ? toSeconds((open(last) - open(first)) as Duration) * TICKS : last - first;
  const servers = isMarked ? params.lecturers : params.workers;
  return time > 0 ? busy / (servers * time) : undefined;
}

/** Most essays that waited at once; one that starts at an instant makes room for one that comes then. */
export function longestQueue(arrivals: Float64Array, starts: Float64Array): number {
  const came = arrivals.slice().sort();
  const left = starts.slice().sort();
  let most = 0;
  let gone = 0;
  for (let i = 0; i < came.length; i++) {
    const isLastOfInstant = came[i + 1] !== came[i];
    if (!isLastOfInstant) continue;
    while (gone < left.length && (left[gone] as number) <= (came[i] as number)) gone++;
    most = Math.max(most, i + 1 - gone);
  }
  return most;
}

function costs(params: PapagaiParams, requests: number, completed: number, lastSeconds: number): Numbers {
  const { system, workers, serverDollarsPerHour, tokensIn, tokensOut } = params;
  const hours = Math.max(params.horizonHours, lastSeconds / 3600);
  const server = system === 'llm' || system === 'lecturer' ? 0 : workers * serverDollarsPerHour * hours;
  const perRequest = system === 'llm' ? requestDollars(params, tokensIn, tokensOut) : callDollars(params);
  const costDollars = server + requests * perRequest;
  return { costDollars, ...(completed > 0 ? { costPerEssayDollars: costDollars / completed } : {}) };
}

/** Shares of the judged essays, with intervals of 1.96 standard errors; nothing when none was judged. */
export function measureQuality(quality: Quality): { readonly numbers: Numbers; readonly intervals: Intervals } {
  const numbers: Numbers = {};
  const intervals: Intervals = {};
  if (quality.agreement.count === 0) return { numbers, intervals };
  const means = [
    ['feedbackAgreement', quality.agreement],
    ['agreementPhases', quality.phases],
    ['agreementLevel', quality.level],
    ['agreementEmotion', quality.emotion],
    ['agreementTopic', quality.topic],
    ['weakestPhaseJaccard', quality.jaccard],
    ['feedbackVariantsMean', quality.variants],
    ['trueLevelMean', quality.trueLevel],
    ['gibbsTop1Measured', quality.top1],
    ['gibbsTop3Measured', quality.top3],
    ['emotionAnyCorrect', quality.anyEmotion],
  ] as const;
  for (const [name, tally] of means) {
    numbers[name] = tally.mean;
    const { low, high, n } = estimateMean(tally);
    if (n > 1) intervals[name] = [low, high];
  }
  const share = quality.agreement.mean;
  numbers.feedbackAgreementCi95 = 1.96 * Math.sqrt((share * (1 - share)) / quality.agreement.count);
  numbers.emotionMicroF1Measured = quality.microF1;
  numbers.levelQwkMeasured = quality.levelQwk;
  return { numbers, intervals };
}

/** The whole way of the first accepted essay: its text, read by the components, judged by the rules, answered. */
export function sampleFeedback(params: PapagaiParams, load: Load, seed: number, first: number): string {
  const source = createRandomSource({ seed });
  const essay = writeEssay(load.sentences[first] as number, params.essayStyle, source.stream('papagai/sample', 'text'));
  const reader = readersOf(params).at(-1);
  if (reader === undefined) return '';
  const reading = new Components(reader.accuracy, params.essayStyle).read(
    essay,
    source.stream('papagai/sample', 'labels'),
  );
  return writeFeedback(applyRules(reading, params), seed)
    .map((line) => line.text)
    .join(' ');
}
