import type { RandomStream } from '../../engine/index.ts';
import { below, pick } from './draws.ts';
import { fillers, LEVELS, PHASES, type Template, TOPICS, templatesOf } from './templates.ts';

export type EssayStyle = 'novice' | 'balanced';

/** A sentence with its true labels. */
export interface Sentence {
  readonly text: string;
  readonly phase: number;
  /** Indices into `emotionNames`. */
  readonly emotions: readonly number[];
  readonly sentiment: number;
  readonly level: number;
  /** Index into `fillers.unit`. */
  readonly topic: number;
}

export interface Essay {
  readonly sentences: readonly Sentence[];
  /** Of the whole text, 0 to 4. */
  readonly level: number;
}

/** Phase of the first sentence, and of each next one, in the order of `phaseNames`. */
const first = [0.7, 0.2, 0.1, 0, 0, 0];
const next: readonly (readonly number[])[] = [
  [0.58, 0.17, 0.12, 0.07, 0.03, 0.03],
  [0.4, 0.24, 0.18, 0.09, 0.04, 0.05],
  [0.32, 0.14, 0.26, 0.15, 0.07, 0.06],
  [0.22, 0.1, 0.18, 0.28, 0.12, 0.1],
  [0.16, 0.07, 0.12, 0.12, 0.25, 0.28],
  [0.18, 0.06, 0.07, 0.07, 0.14, 0.48],
];
const equal: readonly number[] = Array.from({ length: PHASES }, () => 1 / PHASES);

/** Long-run shares of the phases, by repeated steps of the chain. */
export function stationaryShares(style: EssayStyle): readonly number[] {
  let shares = equal;
  if (style === 'balanced') return shares;
  for (let step = 0; step < 200; step++)
    shares = equal.map((_, to) => shares.reduce((sum, share, from) => sum + share * (next[from]?.[to] ?? 0), 0));
  return shares;
}

/** Writes an essay of `count` sentences with known labels. */
export function writeEssay(count: number, style: EssayStyle, stream: RandomStream): Essay {
  const units = [below(TOPICS, stream)];
  if (stream.uniform() < 0.5) {
    const other = below(TOPICS - 1, stream);
    units.push(other >= (units[0] as number) ? other + 1 : other);
  }
  const sentences: Sentence[] = [];
  let topic = units[0] as number;
  let phase = -1;
  for (let i = 0; i < count; i++) {
    const law = style === 'balanced' ? equal : phase < 0 ? first : (next[phase] as readonly number[]);
    phase = pick(law, stream);
    const choices = templatesOf[phase] as readonly Template[];
    const template = choices[below(choices.length, stream)] as Template;
    if (template.hasUnit) topic = units[below(units.length, stream)] as number;
    sentences.push(fill(template, topic, stream));
  }
  return { sentences, level: levelOf(sentences.map((sentence) => sentence.level)) };
}

/** Fills the placeholders: the unit is the topic, everything else is drawn. A sentence starts with a capital letter. */
function fill(template: Template, topic: number, stream: RandomStream): Sentence {
  const { phase, emotions, sentiment, level, parts } = template;
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') text += part;
    else if (part.placeholder === 'unit') text += fillers.unit[topic];
    else {
      const words = fillers[part.placeholder];
      text += words[below(words.length, stream)];
    }
  }
  return { text: text.charAt(0).toUpperCase() + text.slice(1), phase, emotions, sentiment, level, topic };
}

/** The level of a text: the highest that a fifth of its sentences, one at least, reaches. */
export function levelOf(levels: readonly number[]): number {
  const needed = Math.max(1, Math.ceil(levels.length / 5));
  for (let level = LEVELS - 1; level > 0; level--) {
    let reached = 0;
    for (const one of levels) if (one >= level) reached++;
    if (reached >= needed) return level;
  }
  return 0;
}
