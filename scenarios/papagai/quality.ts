import { createRandomSource, type RandomStream, Tally } from '../../engine/index.ts';
import { type Accuracy, Components, type NoisyReading, trueReading } from './components.ts';
import { pick } from './draws.ts';
import { type Essay, type EssayStyle, writeEssay } from './essay.ts';
import { variantCount } from './feedback.ts';
import { LEAST_SENTENCES, type LengthLaw, sentenceCounts } from './lengths.ts';
import { agreementOf, applyRules, jaccard, type RuleOptions } from './rules.ts';
import { LEVELS } from './templates.ts';

export interface QualityStudy {
  readonly essays: number;
  readonly seed: number;
  readonly style: EssayStyle;
  readonly lengths: LengthLaw;
  readonly rules: RuleOptions;
  /** Who reads, and with which share of the essays; shares add up to 1. */
  readonly readers: ReadonlyArray<{ readonly share: number; readonly accuracy: Accuracy }>;
}

/** How feedback from readings with errors compares with that from true labels. */
export interface Quality {
  /** 1 or 0 for each essay. */
  readonly agreement: Tally;
  readonly phases: Tally;
  readonly level: Tally;
  readonly emotion: Tally;
  readonly topic: Tally;
  readonly jaccard: Tally;
  readonly variants: Tally;
  readonly trueLevel: Tally;
  readonly top1: Tally;
  readonly top3: Tally;
  readonly anyEmotion: Tally;
  /** 2 hits / (labels said + labels there). */
  readonly microF1: number;
  /** Cohen's kappa with quadratic weights; 1 where all levels agree. */
  readonly levelQwk: number;
  /** How many sentences there are of each phase. */
  readonly sentencesOfPhase: readonly number[];
}

/** Generates, reads and judges essays, those left out that the gate refuses. What is drawn belongs to this study alone. */
export function studyQuality(study: QualityStudy): Quality {
  const source = createRandomSource({ seed: study.seed });
  const stream = (name: string): RandomStream => source.stream('papagai/quality', name);
  const [lengths, texts, labels, who] = [stream('lengths'), stream('texts'), stream('labels'), stream('reader')];
  const readers = study.readers.map(({ accuracy }) => new Components(accuracy, study.style));
  const shares = study.readers.map(({ share }) => share);
  const draw = sentenceCounts(study.lengths);
  const judge = new Judge(study.rules);
  for (let i = 0; i < study.essays; i++) {
    const count = draw(lengths);
    if (count < LEAST_SENTENCES) continue;
    const essay = writeEssay(count, study.style, texts);
    const reader = readers[pick(shares, who)] as Components;
    judge.add(essay, reader.read(essay, labels));
  }
  return judge.quality();
}

class Judge {
  readonly #rules: RuleOptions;
  readonly #tallies = {
    agreement: new Tally(),
    phases: new Tally(),
    level: new Tally(),
    emotion: new Tally(),
    topic: new Tally(),
    jaccard: new Tally(),
    variants: new Tally(),
    trueLevel: new Tally(),
    top1: new Tally(),
    top3: new Tally(),
    anyEmotion: new Tally(),
  };
  #hits = 0;
  #labels = 0;
  readonly #levels = new Float64Array(LEVELS * LEVELS);
  readonly #phases = [0, 0, 0, 0, 0, 0];

  constructor(rules: RuleOptions) {
    this.#rules = rules;
  }

  add(essay: Essay, reading: NoisyReading): void {
    const t = this.#tallies;
    const truth = applyRules(trueReading(essay), this.#rules);
    const found = applyRules(reading, this.#rules);
    const same = agreementOf(truth, found);
    t.agreement.add(Number(same.all));
    t.phases.add(Number(same.phases));
    t.level.add(Number(same.level));
    t.emotion.add(Number(same.emotion));
    t.topic.add(Number(same.topics));
    t.jaccard.add(jaccard(truth.phases, found.phases));
    t.variants.add(variantCount(found));
    t.trueLevel.add(essay.level);
    const cell = essay.level * LEVELS + reading.level;
    this.#levels[cell] = (this.#levels[cell] as number) + 1;
    reading.sentences.forEach((sentence, i) => {
      const { emotions, phase } = essay.sentences[i] as Essay['sentences'][number];
      const hits = sentence.emotions.filter((label) => emotions.includes(label)).length;
      t.top1.add(Number(sentence.rank === 0));
      t.top3.add(Number(sentence.rank < 3));
      t.anyEmotion.add(Number(emotions.length === 0 ? sentence.emotions.length === 0 : hits > 0));
      this.#hits += hits;
      this.#labels += sentence.emotions.length + emotions.length;
      this.#phases[phase] = (this.#phases[phase] as number) + 1;
    });
  }

  quality(): Quality {
    return {
      ...this.#tallies,
      microF1: this.#labels === 0 ? 1 : (2 * this.#hits) / this.#labels,
      levelQwk: quadraticKappa(this.#levels, LEVELS),
      sentencesOfPhase: this.#phases,
    };
  }
}

/** Cohen's kappa with quadratic weights of a table of counts, row by row; 1 when nobody could disagree. */
export function quadraticKappa(counts: Float64Array, size: number): number {
  const at = (i: number, j: number): number => counts[i * size + j] as number;
  const places = Array.from({ length: size }, (_, i) => i);
  const rows = places.map((i) => places.reduce((sum, j) => sum + at(i, j), 0));
  const columns = places.map((j) => places.reduce((sum, i) => sum + at(i, j), 0));
  const total = rows.reduce((sum, row) => sum + row, 0);
  let seen = 0;
  let expected = 0;
  for (const i of places)
    for (const j of places) {
      const weight = (i - j) ** 2;
      seen += weight * at(i, j);
      expected += (weight * (rows[i] as number) * (columns[j] as number)) / total;
    }
  return expected === 0 ? 1 : 1 - seen / expected;
}
