import type { Features } from './linguistic.ts';
import { ANALYSIS, PHASES, TOPICS } from './templates.ts';

/** What is known of an essay, by its labels or by the components that read it. */
export interface Reading {
  readonly level: number;
  readonly sentences: readonly SentenceReading[];
  readonly features: Features;
}

export interface SentenceReading {
  readonly phase: number;
  readonly sentiment: number;
  readonly topic: number;
}

export interface RuleOptions {
  /** Phases that the feedback asks for. */
  readonly weakestCount: number;
  /** A topic is praised when strictly more sentences than these analyse it. */
  readonly topicMinSentences: number;
}

export type EmotionSlot = 'name' | 'challenge' | 'encourage' | 'mixed';
export type LanguageSlot = 'long' | 'connect' | 'fine';

/** What the rules conclude. Equal slots are the same feedback in other words. */
export interface Slots {
  readonly level: number;
  /** The weakest phases, in the order of the cycle. */
  readonly phases: readonly number[];
  readonly emotion: EmotionSlot;
  /** Topics that are thought through, ascending. */
  readonly topics: readonly number[];
  readonly language: LanguageSlot;
}

const MOST_WORDS = 22;
const LEAST_CONNECTIVES = 0.25;

/** The rule engine: from a reading to the slots of the feedback. Pure; the order of sentences does not matter to it. */
export function applyRules(reading: Reading, options: RuleOptions): Slots {
  const { sentences, features, level } = reading;
  return {
    level,
    phases: weakestPhases(sentences, options.weakestCount),
    emotion: emotionSlot(sentences),
    topics: praisedTopics(sentences, options.topicMinSentences),
    language: languageSlot(features),
  };
}

/** The phases with the fewest sentences; of equals the later one in the cycle is the weaker. */
export function weakestPhases(sentences: readonly SentenceReading[], count: number): readonly number[] {
  const counts = new Array<number>(PHASES).fill(0);
  for (const { phase } of sentences) counts[phase] = (counts[phase] as number) + 1;
  const order = counts.map((_, phase) => phase);
  order.sort((a, b) => (counts[a] as number) - (counts[b] as number) || b - a);
  return order.slice(0, count).sort((a, b) => a - b);
}

function emotionSlot(sentences: readonly SentenceReading[]): EmotionSlot {
  let isBright = false;
  let isDark = false;
  for (const { sentiment } of sentences) {
    if (sentiment > 0) isBright = true;
    if (sentiment < 0) isDark = true;
  }
  if (isBright) return isDark ? 'mixed' : 'challenge';
  return isDark ? 'encourage' : 'name';
}

function praisedTopics(sentences: readonly SentenceReading[], least: number): readonly number[] {
  const counts = new Array<number>(TOPICS).fill(0);
  for (const { phase, topic } of sentences) if (phase === ANALYSIS) counts[topic] = (counts[topic] as number) + 1;
  return counts.flatMap((count, topic) => (count > least ? [topic] : []));
}

function languageSlot({ wordsPerSentence, connectivesPerSentence }: Features): LanguageSlot {
  if (wordsPerSentence > MOST_WORDS) return 'long';
  return connectivesPerSentence < LEAST_CONNECTIVES ? 'connect' : 'fine';
}

/** Which slots of two pieces of feedback agree. */
export interface Agreement {
  readonly level: boolean;
  readonly phases: boolean;
  readonly emotion: boolean;
  readonly topics: boolean;
  readonly language: boolean;
  /** All five. */
  readonly all: boolean;
}

/** Compares slots; the choice of words plays no part. */
export function agreementOf(a: Slots, b: Slots): Agreement {
  const level = a.level === b.level;
  const phases = isSame(a.phases, b.phases);
  const emotion = a.emotion === b.emotion;
  const topics = isSame(a.topics, b.topics);
  const language = a.language === b.language;
  return { level, phases, emotion, topics, language, all: level && phases && emotion && topics && language };
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

/** Common members over all members of two sets; 1 for two empty ones. */
export function jaccard(a: readonly number[], b: readonly number[]): number {
  const common = a.filter((item) => b.includes(item)).length;
  const all = a.length + b.length - common;
  return all === 0 ? 1 : common / all;
}
