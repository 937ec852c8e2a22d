import {
  createRandomSource,
  exponential,
  lognormal,
  type RandomStream,
  type Resolution,
  uniform,
} from '../../engine/index.ts';
import { shuffle } from './draws.ts';
import { LEAST_SENTENCES, sentenceCounts } from './lengths.ts';
import type { PapagaiParams } from './params.ts';

/** One tick of every simulation of this scenario: exact to a microsecond, long enough for years. */
export const resolution: Resolution = 'us';
export const TICKS = 1e6;

/** What students hand in, by order of arrival. Each quantity has a random stream of its own, so that systems share them. */
export interface Load {
  /** Seconds, ascending, whole microseconds. */
  readonly arrival: Float64Array;
  readonly sentences: Int32Array;
  /** Time of each essay under a random law of service, in units of its mean; empty where all are equal. */
  readonly service: Float64Array;
  readonly translated: Uint8Array;
  /** Time of marking or reviewing, in units of its mean; empty where all are equal. */
  readonly marking: Float64Array;
  /** Whether a lecturer also reads it. */
  readonly reviewed: Uint8Array;
}

/** Draws the load of a run. */
export function drawLoad(params: PapagaiParams, seed: number): Load {
  const source = createRandomSource({ seed });
  const stream = (name: string): RandomStream => source.stream('papagai/students', name);
  const { students } = params;
  const draw = sentenceCounts(params);
  const lengths = stream('lengths');
  const languages = stream('languages');
  const load: Load = {
    arrival: arrivals(params, stream('arrivals')),
    sentences: Int32Array.from({ length: students }, () => draw(lengths)),
    service: serviceUnits(params, stream('service')),
    translated: Uint8Array.from({ length: students }, () => Number(languages.uniform() < params.translateShare)),
    marking: hasLecturers(params) ? lognormalUnits(students, params.lecturerCv, stream('marking')) : allEqual,
    reviewed: new Uint8Array(students),
  };
  if (params.system === 'hybrid+lecturer') chooseReviewed(params, load, stream('reviewed'));
  return load;
}

function arrivals(params: PapagaiParams, stream: RandomStream): Float64Array {
  const { students, deadlineShape } = params;
  const horizon = params.horizonHours * 3600;
  const times = new Float64Array(students);
  switch (deadlineShape) {
    case 'batch':
      return times;
    case 'poisson': {
      const gap = exponential(horizon / students);
      let now = 0;
      for (let i = 0; i < students; i++) {
        now += gap.sample(stream);
        times[i] = toTick(now);
      }
      return times;
    }
    case 'uniform':
    case 'burst': {
      const span = deadlineShape === 'burst' ? params.burstSeconds : horizon;
      for (let i = 0; i < students; i++) times[i] = toTick(span * stream.uniform());
      return times.sort();
    }
    case 'deadline': {
      const start = horizon - params.deadlineWindowHours * 3600;
      const [last, before] = [uniform(start, horizon), start];
      for (let i = 0; i < students; i++)
        times[i] = toTick(
          stream.uniform() < params.deadlineShare || before === 0 ? last.sample(stream) : before * stream.uniform(),
        );
      return times.sort();
    }
  }
}

const hasLecturers = ({ system }: PapagaiParams): boolean => system === 'lecturer' || system === 'hybrid+lecturer';

const toTick = (seconds: number): number => Math.round(seconds * TICKS) / TICKS;

const allEqual = new Float64Array(0);

function serviceUnits(params: PapagaiParams, stream: RandomStream): Float64Array {
  const { students, serviceModel, serviceCv } = params;
  switch (serviceModel) {
    case 'components':
    case 'deterministic':
      return allEqual;
    case 'lognormal':
      return lognormalUnits(students, serviceCv, stream);
    case 'exponential': {
      const law = exponential(1);
      return Float64Array.from({ length: students }, () => law.sample(stream));
    }
  }
}

function lognormalUnits(count: number, cv: number, stream: RandomStream): Float64Array {
  if (cv === 0) return allEqual;
  const law = lognormal({ mean: 1, deviation: cv });
  return Float64Array.from({ length: count }, () => law.sample(stream));
}

/** As many as the share says of all students, drawn among those that the gate lets through. */
function chooseReviewed(params: PapagaiParams, load: Load, stream: RandomStream): void {
  const accepted: number[] = [];
  for (let i = 0; i < params.students; i++) if ((load.sentences[i] as number) >= LEAST_SENTENCES) accepted.push(i);
  const count = Math.min(accepted.length, Math.round(params.students * params.reviewShare));
  shuffle(accepted, stream, count);
  for (let k = 0; k < count; k++) load.reviewed[accepted[k] as number] = 1;
}
