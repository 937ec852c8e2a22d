import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandomSource } from '../../../engine/index.ts';
import { Components, perfect, trueReading } from '../../../scenarios/papagai/components.ts';
import { levelOf, stationaryShares, writeEssay } from '../../../scenarios/papagai/essay.ts';
import { feedbackPrompts, variantCount, writeFeedback } from '../../../scenarios/papagai/feedback.ts';
import { featuresOf } from '../../../scenarios/papagai/linguistic.ts';
import { quadraticKappa } from '../../../scenarios/papagai/quality.ts';
import {
  applyRules,
  jaccard,
  type Reading,
  type SentenceReading,
  weakestPhases,
} from '../../../scenarios/papagai/rules.ts';
import { PHASES, partsOf, phaseNames, readTemplate, templates } from '../../../scenarios/papagai/templates.ts';

const test = suite('papagai rules');

const options = { seed: 20261123, numRuns: 200 };
const rules = { weakestCount: 3, topicMinSentences: 3 };

const sentence: fc.Arbitrary<SentenceReading> = fc.record({
  phase: fc.integer({ min: 0, max: 5 }),
  sentiment: fc.integer({ min: -1, max: 1 }),
  topic: fc.integer({ min: 0, max: 4 }),
});
const sentences = fc.array(sentence, { minLength: 1, maxLength: 40 });
const reading = (list: readonly SentenceReading[], level = 2): Reading => ({
  level,
  sentences: list,
  features: { wordsPerSentence: 15, connectivesPerSentence: 1 },
});
const of = (phase: number, sentiment = 0, topic = 0): SentenceReading => ({ phase, sentiment, topic });
const counts = (list: readonly SentenceReading[]): number[] =>
  phaseNames.map((_, phase) => list.filter((one) => one.phase === phase).length);

test('the order of sentences does not matter', () => {
  fc.assert(
    fc.property(sentences, fc.integer(), (list, seed) => {
      const key = (one: SentenceReading, i: number): number =>
        createRandomSource({ seed }).stream(`${i}`, `${one.phase}`).uint32();
      const order = list.map((one, i) => [key(one, i), one] as const).sort((a, b) => a[0] - b[0]);
      const shuffled = order.map(([, one]) => one);
      assert.equal(applyRules(reading(shuffled), rules), applyRules(reading(list), rules));
    }),
    options,
  );
});

test('adding a sentence of a phase never makes it weaker, and exactly as many phases are named as asked for', () => {
  fc.assert(
    fc.property(sentences, fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 6 }), (list, phase, count) => {
      const before = weakestPhases(list, count);
      const after = weakestPhases([...list, of(phase)], count);
      assert.is(before.length, count);
      assert.is(after.length, count);
      if (after.includes(phase)) assert.ok(before.includes(phase));
    }),
    options,
  );
});

test('enough sentences of a missing phase remove its advice: more than the weakest phase that is not named has', () => {
  fc.assert(
    fc.property(sentences, fc.integer({ min: 0, max: 5 }), (list, phase) => {
      const named = weakestPhases(list, 3);
      if (!named.includes(phase)) return;
      const all = counts(list);
      const next = Math.min(...all.filter((_, other) => !named.includes(other)));
      const missing = next + 1 - (all[phase] as number);
      const longer = [...list, ...Array.from({ length: missing }, () => of(phase))];
      assert.not(weakestPhases(longer, 3).includes(phase));
      const text = writeFeedback(applyRules(reading(longer), rules), 1).map((line) => line.rule);
      assert.not(text.includes(`PHASE-${phaseNames[phase]}`));
    }),
    options,
  );
});

test('one sentence of a missing phase removes its advice when three others are missing too', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 2, maxLength: 2 }), sentences, (present, list) => {
      const essay = list.map((one) => of(present[one.phase % 2] as number));
      for (const phase of weakestPhases(essay, 3))
        if (counts(essay)[phase] === 0) assert.not(weakestPhases([...essay, of(phase)], 3).includes(phase));
    }),
    options,
  );
});

test('of equals the later phase of the cycle is the weaker', () => {
  assert.equal(weakestPhases([], 3), [3, 4, 5]);
  assert.equal(weakestPhases([of(5), of(4)], 3), [1, 2, 3]);
  assert.equal(weakestPhases([of(0), of(1), of(2), of(3), of(4), of(5)], 1), [5]);
});

test('the emotion line follows the sentiments that are there', () => {
  const slot = (...sentiments: number[]): string =>
    applyRules(reading(sentiments.map((sentiment) => of(0, sentiment))), rules).emotion;
  assert.equal([slot(0), slot(1, 0), slot(-1), slot(1, -1)], ['name', 'challenge', 'encourage', 'mixed']);
});

test('a topic is praised from one sentence of analysis above the threshold on', () => {
  const topics = (count: number): readonly number[] =>
    applyRules(reading(Array.from({ length: count }, () => of(3, 0, 2))), rules).topics;
  assert.equal([topics(3), topics(4)], [[], [2]]);
});

test('a sentence of a higher level never lowers the level of the text; the text twice keeps it', () => {
  const levels = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(levels, fc.nat(39), (list, at) => {
      const raised = list.map((level, i) => (i === at % list.length ? Math.min(4, level + 1) : level));
      assert.ok(levelOf(raised) >= levelOf(list));
      assert.is(levelOf([...list, ...list]), levelOf(list));
    }),
    options,
  );
});

test('the essay appended to itself keeps level, phases and emotion', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), (count, seed) => {
      const essay = writeEssay(count, 'novice', createRandomSource({ seed }).stream('test', 'essay'));
      const all = [...essay.sentences, ...essay.sentences];
      const twice = { sentences: all, level: levelOf(all.map((one) => one.level)) };
      const [one, two] = [applyRules(trueReading(essay), rules), applyRules(trueReading(twice), rules)];
      assert.equal(
        [one.level, one.phases, one.emotion, one.language],
        [two.level, two.phases, two.emotion, two.language],
      );
    }),
    options,
  );
});

test('feedback has no unfilled slot, every line comes from a rule that fired, equal slots and seeds give equal texts', () => {
  fc.assert(
    fc.property(sentences, fc.integer({ min: 0, max: 4 }), fc.nat(), (list, level, seed) => {
      const slots = applyRules(reading(list, level), rules);
      const lines = writeFeedback(slots, seed);
      assert.equal(writeFeedback(slots, seed), lines);
      for (const { rule, text } of lines) {
        assert.not.match(text, /[{}]|undefined/);
        if (rule !== 'TOPIC') assert.ok((feedbackPrompts[rule] as readonly string[]).includes(text));
      }
      assert.equal(
        lines.filter(({ rule }) => rule.startsWith('PHASE-')).map(({ rule }) => rule.slice(6)),
        slots.phases.map((phase) => phaseNames[phase]),
      );
      assert.is(lines[1]?.rule, `LEVEL-${level}`);
      if (slots.topics.length === 0) assert.is(variantCount(slots), 64);
    }),
    options,
  );
});

test('a worked example: from sentences to feedback', () => {
  const texts = [
    'On Tuesday I taught year seven for the first time and the topic was fractions.',
    'I felt annoyed because the same three pupils kept talking over each other.',
    'What went badly was the change from a quiz to silent work.',
  ].map((text) => ({ text }));
  const features = featuresOf(texts);
  assert.is(features.wordsPerSentence, (15 + 13 + 12) / 3);
  assert.is(features.connectivesPerSentence, 2 / 3);
  const slots = applyRules({ level: 1, sentences: [of(0), of(1, -1), of(2, -1)], features }, rules);
  assert.equal(
    writeFeedback(slots, 3).map(({ rule }) => rule),
    ['INTRO', 'LEVEL-1', 'PHASE-AN', 'PHASE-CO', 'PHASE-AP', 'EMO-encourage', 'CLOSE'],
  );
});

test('language slots', () => {
  const slot = (wordsPerSentence: number, connectivesPerSentence: number): string =>
    applyRules({ ...reading([of(0)]), features: { wordsPerSentence, connectivesPerSentence } }, rules).language;
  assert.equal([slot(23, 0), slot(22, 0.25), slot(22, 0.24)], ['long', 'fine', 'connect']);
});

test('generated essays have the statistics of the specification', () => {
  const stream = createRandomSource({ seed: 5 }).stream('test', 'essay');
  const shares = stationaryShares('novice').map((share) => Number(share.toFixed(3)));
  assert.equal(shares, [0.394, 0.147, 0.151, 0.113, 0.078, 0.118]);
  assert.is(templates.length, 7 * PHASES);
  const essay = writeEssay(2000, 'novice', stream);
  for (const { text } of essay.sentences) assert.match(text, /^[A-Z][^{}]*\.$/);
});

test('components without errors read the truth; their errors have the stated rates', () => {
  const stream = createRandomSource({ seed: 6 }).stream('test', 'labels');
  const essay = writeEssay(2000, 'novice', stream);
  const read = new Components(perfect, 'novice').read(essay, stream);
  assert.equal(applyRules(read, rules), applyRules(trueReading(essay), rules));
  const noisy = new Components({ ...perfect, gibbsTop1: 0.6, gibbsTop3: 0.9, sentimentAccuracy: 0.8 }, 'novice');
  const second = noisy.read(essay, stream);
  const share = (isSo: (i: number) => boolean): number =>
    essay.sentences.filter((_, i) => isSo(i)).length / essay.sentences.length;
  // Three standard errors of a share of 2000.
  const close = (found: number, expected: number): void => assert.ok(Math.abs(found - expected) < 0.034, `${found}`);
  close(
    share((i) => second.sentences[i]?.phase === essay.sentences[i]?.phase),
    0.6,
  );
  close(
    share((i) => (second.sentences[i]?.rank ?? 9) < 3),
    0.9,
  );
  close(
    share((i) => second.sentences[i]?.rank === 1),
    0.2,
  );
  close(
    share((i) => second.sentences[i]?.sentiment === essay.sentences[i]?.sentiment),
    0.8,
  );
  assert.equal(
    second.sentences.map((one) => one.topic),
    essay.sentences.map((one) => one.topic),
  );
});

test('kappa and overlap by hand', () => {
  assert.is(jaccard([1, 2, 3], [2, 3, 4]), 0.5);
  assert.is(quadraticKappa(Float64Array.of(2, 0, 0, 2), 2), 1);
  assert.is(quadraticKappa(Float64Array.of(1, 1, 1, 1), 2), 0);
  assert.is(quadraticKappa(Float64Array.of(4, 0, 0, 0), 2), 1);
});

test('templates with unknown labels or placeholders are refused by name', () => {
  assert.throws(() => partsOf('X1', 'I like {colour}.'), /'X1'.*'colour'/s);
  assert.throws(() => readTemplate(['X1', [], 0, 0, 'Text.']), /'X1'.*phase.*'X'/s);
  assert.throws(() => readTemplate(['', [], 0, 0, 'Text.']), /phase/);
  assert.throws(() => readTemplate(['D9', ['envy'], 0, 0, 'Text.']), /'D9'.*emotion 'envy'/s);
  assert.throws(() => readTemplate(['D9', [], 2, 0, 'Text.']), /sentiment '2'/);
  assert.throws(() => readTemplate(['D9', [], 0, 5, 'Text.']), /level '5'/);
});

test.run();
