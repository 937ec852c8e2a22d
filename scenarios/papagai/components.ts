import { normal, type RandomStream } from '../../engine/index.ts';
import { below } from './draws.ts';
import type { Essay, EssayStyle } from './essay.ts';
import { stationaryShares } from './essay.ts';
import { featuresOf } from './linguistic.ts';
import type { Reading, SentenceReading } from './rules.ts';
import { emotionNames, LEVELS, PHASES, TOPICS, templatesOf } from './templates.ts';

/** How often each component is right. */
export interface Accuracy {
  /** The true phase is ranked first, or among the first three. */
  readonly gibbsTop1: number;
  readonly gibbsTop3: number;
  readonly emotionRecall: number;
  readonly emotionPrecision: number;
  readonly sentimentAccuracy: number;
  readonly topicAccuracy: number;
  /** Deviation of the level before rounding. */
  readonly levelSigma: number;
}

/** Nobody is ever wrong. */
export const perfect: Accuracy = {
  gibbsTop1: 1,
  gibbsTop3: 1,
  emotionRecall: 1,
  emotionPrecision: 1,
  sentimentAccuracy: 1,
  topicAccuracy: 1,
  levelSigma: 0,
};

/** What the components say of a sentence. */
export interface NoisySentence extends SentenceReading {
  /** Where the true phase is ranked, 0 first. */
  readonly rank: number;
  /** Labels said, by index into `emotionNames`. */
  readonly emotions: readonly number[];
}

export interface NoisyReading extends Reading {
  readonly sentences: readonly NoisySentence[];
}

/** The reading of true labels. */
export function trueReading(essay: Essay): Reading {
  return { level: essay.level, sentences: essay.sentences, features: featuresOf(essay.sentences) };
}

/** Reads essays as the components do: each with the errors that its scores say, independently of the others. */
export class Components {
  readonly accuracy: Accuracy;
  /** Probability of naming an absent label, by label. */
  readonly #falseAlarm: readonly number[];
  readonly #level: ReturnType<typeof normal>;

  constructor(accuracy: Accuracy, style: EssayStyle) {
    this.accuracy = accuracy;
    const { emotionRecall: recall, emotionPrecision: precision } = accuracy;
    this.#falseAlarm = prevalence(style).map((share) =>
      Math.min(1, (recall * share * (1 / precision - 1)) / (1 - share)),
    );
    this.#level = normal(0, accuracy.levelSigma);
  }

  /** One reading of `essay`. */
  read(essay: Essay, stream: RandomStream): NoisyReading {
    const { sentimentAccuracy, topicAccuracy, levelSigma } = this.accuracy;
    const sentences = essay.sentences.map((sentence): NoisySentence => {
      const rank = this.#rank(stream);
      const phase = rank === 0 ? sentence.phase : other(sentence.phase, PHASES, stream);
      const emotions = this.#emotions(sentence.emotions, stream);
      const isRight = stream.uniform() < sentimentAccuracy;
      const sentiment = isRight ? sentence.sentiment : other(sentence.sentiment + 1, 3, stream) - 1;
      const topic = stream.uniform() < topicAccuracy ? sentence.topic : other(sentence.topic, TOPICS, stream);
      return { phase, rank, emotions, sentiment, topic };
    });
    const shifted = levelSigma === 0 ? essay.level : Math.round(essay.level + this.#level.sample(stream));
    const level = Math.min(LEVELS - 1, Math.max(0, shifted));
    return { level, sentences, features: featuresOf(essay.sentences) };
  }

  /** First with probability top-1; second or third, two to one, up to top-3; else any of the last three. */
  #rank(stream: RandomStream): number {
    const { gibbsTop1, gibbsTop3 } = this.accuracy;
    const near = Math.max(0, gibbsTop3 - gibbsTop1);
    const u = stream.uniform();
    if (u < gibbsTop1) return 0;
    if (u < gibbsTop1 + near) return u < gibbsTop1 + (2 / 3) * near ? 1 : 2;
    return 3 + below(3, stream);
  }

  #emotions(truth: readonly number[], stream: RandomStream): readonly number[] {
    const said: number[] = [];
    for (let label = 0; label < emotionNames.length; label++) {
      const probability = truth.includes(label) ? this.accuracy.emotionRecall : (this.#falseAlarm[label] as number);
      if (stream.uniform() < probability) said.push(label);
    }
    return said;
  }
}

/** One of `count` values that is not `value`, all equally likely: the others fill the ranks before the truth in random order. */
function other(value: number, count: number, stream: RandomStream): number {
  const drawn = below(count - 1, stream);
  return drawn >= value ? drawn + 1 : drawn;
}

/** Share of sentences that carry each label, in the long run. */
function prevalence(style: EssayStyle): readonly number[] {
  const shares = stationaryShares(style);
  return emotionNames.map((_, label) =>
    templatesOf.reduce((sum, choices, phase) => {
      const carrying = choices.filter((template) => template.emotions.includes(label)).length;
      return sum + ((shares[phase] as number) * carrying) / choices.length;
    }, 0),
  );
}
