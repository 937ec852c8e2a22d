import { papagaiErrors } from './errors.ts';

/** The six phases of Gibbs' reflective cycle, in its order: description, feelings, evaluation, analysis, conclusion, action plan. */
export const phaseNames = ['DE', 'FE', 'EV', 'AN', 'CO', 'AP'] as const;
export const PHASES = 6;
export const ANALYSIS = 3;

/** Labels of the emotion classifier; a sentence may carry several or none. */
export const emotionNames = [
  'anger',
  'anticipation',
  'approval',
  'boredom',
  'confidence',
  'disgust',
  'fear',
  'frustration',
  'insecurity',
  'interest',
  'joy',
  'motivation',
  'pride',
  'relief',
  'sadness',
  'surprise',
  'trust',
] as const;

/** Fleck and Fitzpatrick's levels: description, with reasons, dialogic, transformative, critical. */
export const LEVELS = 5;

/** What the placeholders of a template are filled with. */
export const fillers = {
  unit: ['fractions', 'photosynthesis', 'the short story', 'the water cycle', 'linear equations'],
  group: ['year seven', 'my practice class', 'the afternoon group'],
  method: ['a quiz', 'the station task', 'pair work', 'an open discussion'],
  person: ['my mentor', 'my co-teacher', 'one of the parents'],
} as const;
export type Placeholder = keyof typeof fillers;
export const TOPICS: number = fillers.unit.length;

/** A sentence with its true labels, as written: id, emotions, sentiment, level, text. The phase is the first letter of the id. */
export type TemplateRow = readonly [
  id: string,
  emotions: readonly string[],
  sentiment: number,
  level: number,
  text: string,
];

/** A checked template. */
export interface Template {
  readonly id: string;
  readonly phase: number;
  /** Indices into `emotionNames`. */
  readonly emotions: readonly number[];
  /** 1 pleasant, 0 neither, -1 unpleasant. */
  readonly sentiment: number;
  readonly level: number;
  /** Literal texts, with placeholders between them. */
  readonly parts: ReadonlyArray<string | { readonly placeholder: Placeholder }>;
  readonly hasUnit: boolean;
}

const letters = 'DFEACP';

/** Checks a row. Throws PAPAGAI_LABEL, PAPAGAI_PLACEHOLDER. */
export function readTemplate([id, emotions, sentiment, level, text]: TemplateRow): Template {
  const refuse = (what: string, value: unknown, allowed: string): never => {
    throw papagaiErrors.create('PAPAGAI_LABEL', { id, what, value, allowed });
  };
  const phase = letters.indexOf(id.charAt(0) || '-');
  if (phase < 0) refuse('phase', id.charAt(0), [...letters].join(', '));
  if (![-1, 0, 1].includes(sentiment)) refuse('sentiment', sentiment, '-1, 0, 1');
  if (!(Number.isInteger(level) && level >= 0 && level < LEVELS)) refuse('level', level, '0 to 4');
  const known: readonly string[] = emotionNames;
  const indices = emotions.map((emotion) => {
    const index = known.indexOf(emotion);
    return index < 0 ? refuse('emotion', emotion, known.join(', ')) : index;
  });
  const parts = partsOf(id, text);
  const hasUnit = parts.some((part) => typeof part !== 'string' && part.placeholder === 'unit');
  return { id, phase, emotions: indices, sentiment, level, parts, hasUnit };
}

/** Splits a text at its placeholders. Throws PAPAGAI_PLACEHOLDER for one that nothing fills. */
export function partsOf(id: string, text: string): Template['parts'] {
  const pieces = text.split(/\{([^{}]*)\}/);
  return pieces
    .map((piece, i) => {
      if (i % 2 === 0) return piece;
      if (!Object.hasOwn(fillers, piece))
        throw papagaiErrors.create('PAPAGAI_PLACEHOLDER', {
          id,
          placeholder: piece,
          known: Object.keys(fillers).join(', '),
        });
      return { placeholder: piece as Placeholder };
    })
    .filter((part) => part !== '');
}

const rows: readonly TemplateRow[] = [
  ['D1', [], 0, 0, 'On Tuesday I taught {group} for the first time and the topic was {unit}.'],
  ['D2', [], 0, 0, 'I opened the lesson with {method} and then handed out the worksheet.'],
  ['D3', [], 0, 0, 'After ten minutes about half of the class had finished the first task.'],
  ['D4', [], 0, 0, '{person} sat at the back and wrote down what was said.'],
  ['D5', [], 0, 0, 'The second half was planned as {method}, but we only reached the introduction.'],
  ['D6', [], 0, 1, 'I had split {group} into four tables because the room is narrow.'],
  ['D7', ['surprise'], 1, 0, 'To my surprise the table that is usually loud started {method} without being asked.'],
  ['F1', ['fear', 'insecurity'], -1, 0, 'I was nervous when {group} came in and looked at me.'],
  ['F2', ['joy'], 1, 0, 'It made me happy that so many hands went up during {method}.'],
  ['F3', ['anger'], -1, 1, 'I felt annoyed because the same three pupils kept talking over each other.'],
  ['F4', ['pride', 'confidence'], 1, 1, 'For a moment I was proud of how calmly I had explained {unit}.'],
  ['F5', ['relief', 'confidence'], 1, 1, 'When {person} nodded I felt relieved and a little more sure of myself.'],
  ['F6', ['sadness'], -1, 1, 'I was sad that one pupil gave up on {unit} before really trying.'],
  ['F7', ['frustration'], -1, 3, 'Looking back, my impatience says more about my own school days than about {group}.'],
  ['E1', ['approval'], 1, 1, '{method} worked well, since everyone had something to do.'],
  ['E2', ['frustration'], -1, 1, 'The worksheet was too long and the last page was never used.'],
  ['E3', [], 0, 2, 'On the one hand the pace was good, on the other hand the weaker pupils were lost.'],
  ['E4', ['approval', 'boredom'], 0, 2, 'I think my explanation of {unit} was clear, although the examples were dull.'],
  ['E5', ['frustration'], -1, 1, 'What went badly was the change from {method} to silent work.'],
  ['E6', ['approval', 'trust'], 1, 1, '{person} praised the opening, and I agree with that.'],
  ['E7', ['interest'], 1, 1, 'Compared with the week before, {group} listened longer and asked better questions.'],
  ['A1', [], 0, 2, 'The noise probably came from the fact that my instructions had three steps at once.'],
  [
    'A2',
    [],
    0,
    2,
    'If I had asked a pupil to repeat the task, the misunderstanding about {unit} would have shown up earlier.',
  ],
  [
    'A3',
    ['interest'],
    0,
    2,
    'One reason may be that {method} asks for an independence that {group} has never practised.',
  ],
  [
    'A4',
    ['surprise'],
    0,
    3,
    "From the pupils' point of view the task must have looked like a test, therefore they hid their mistakes.",
  ],
  ['A5', [], 0, 2, '{person} sees it differently: the problem was the seating, not the task.'],
  ['A6', ['insecurity'], -1, 3, 'I notice that I take quiet pupils for weak ones, and this shapes whom I call on.'],
  [
    'A7',
    ['anger', 'disgust'],
    -1,
    4,
    'Schools that sort children early make such a lesson harder, so the issue is larger than my planning.',
  ],
  ['C1', ['confidence'], 1, 2, 'I have learned that a short instruction is worth more than a clever one.'],
  ['C2', [], 0, 1, 'So the main lesson for me is that {method} needs a rehearsal.'],
  ['C3', ['surprise'], 0, 3, 'I now understand that preparing {unit} well does not mean preparing {group} well.'],
  ['C4', ['sadness'], -1, 1, 'All in all I would not call the hour a failure, but it was not what I had hoped for.'],
  [
    'C5',
    ['interest'],
    1,
    3,
    'My picture of a good teacher has changed: it is less about talking and more about listening.',
  ],
  [
    'C6',
    ['insecurity', 'sadness'],
    -1,
    4,
    'It became clear to me that marks steer what pupils dare to say, and that I am part of this system.',
  ],
  ['C7', [], 0, 1, 'In short, I should have checked what {group} already knew about {unit}.'],
  ['P1', ['motivation'], 1, 1, 'Next time I will write the three steps on the board before {method} starts.'],
  ['P2', ['motivation', 'trust'], 1, 1, 'I want to ask {person} to watch only my questions.'],
  [
    'P3',
    ['anticipation'],
    1,
    1,
    "In two weeks I am going to teach {unit} again and begin with the pupils' own examples.",
  ],
  [
    'P4',
    ['motivation', 'confidence'],
    1,
    2,
    'From now on I will wait five seconds after every question, even if it feels long.',
  ],
  [
    'P5',
    ['interest', 'anticipation'],
    1,
    2,
    'I plan to collect one sentence of feedback from every pupil after the lesson.',
  ],
  ['P6', ['anticipation', 'joy'], 1, 0, 'I am looking forward to trying {method} with smaller tables.'],
  [
    'P7',
    ['motivation'],
    0,
    4,
    'I will raise the question of early sorting at the next staff meeting, because single lessons cannot mend it.',
  ],
];

/** The sentences that essays are made of, seven to a phase. */
export const templates: readonly Template[] = rows.map(readTemplate);

/** The same by phase. */
export const templatesOf: ReadonlyArray<readonly Template[]> = phaseNames.map((_, phase) =>
  templates.filter((template) => template.phase === phase),
);
