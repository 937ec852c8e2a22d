import { createRandomSource, type RandomStream } from '../../engine/index.ts';
import { below } from './draws.ts';
import type { Slots } from './rules.ts';
import { fillers, partsOf, phaseNames } from './templates.ts';

/** Prepared texts of each slot, in variants. */
const prompts: Readonly<Record<string, readonly string[]>> = {
  INTRO: [
    'Thank you for your reflection, here is what I noticed.',
    'I have read your text carefully, these are my observations.',
  ],
  'LEVEL-0': [
    'You mostly retell what happened. Try to add why it happened.',
    'Your text reports events; reasons and views are still missing.',
  ],
  'LEVEL-1': [
    'You give reasons for single events. Look at them from a second point of view.',
    'You explain yourself; now ask how others saw it.',
  ],
  'LEVEL-2': [
    'You weigh different explanations, which is a strong basis. What follows for your own habits?',
    'You question what happened; go one step on and question yourself.',
  ],
  'LEVEL-3': [
    'You describe how your view has changed. Which wider conditions shaped the situation?',
    'Your own practice is in motion; connect it with school and society.',
  ],
  'LEVEL-4': [
    'You relate your lesson to the wider context. Name one small consequence you can act on.',
    'You see the larger frame; keep the concrete step in view.',
  ],
  'PHASE-DE': [
    'What happened, in which order, and who was there?',
    'Give the reader two more facts about the situation.',
  ],
  'PHASE-FE': ['What did you feel at that moment, and what did others feel?', 'Name one feeling and when it came up.'],
  'PHASE-EV': ['What went well and what did not?', 'Judge one decision of yours: was it good?'],
  'PHASE-AN': ['Why did it go that way? Which theory helps?', 'Look for a cause other than the obvious one.'],
  'PHASE-CO': ['What have you learned from it?', 'What else could you have done?'],
  'PHASE-AP': ['What will you do in the next similar lesson?', 'Write one plan with a date.'],
  'EMO-challenge': ['You report only pleasant moments. Was there a difficulty worth a look?'],
  'EMO-encourage': ['Much of this was hard. What small thing did work?'],
  'EMO-name': ['Your feelings stay invisible. Which were there?'],
  'EMO-mixed': ['You name bright and dark sides, keep doing so.'],
  TOPIC: ['You have thought through {unit} well.', 'Your analysis of {unit} is rich.'],
  'LANG-long': ['Shorter sentences would carry your ideas further.'],
  'LANG-connect': ['Linking words such as because or although would show your reasoning.'],
  CLOSE: ['I am curious about your next text.', 'Keep writing, it is worth it.'],
};

/** Prompts by slot, for those who check a text. */
export const feedbackPrompts: typeof prompts = prompts;

/** A line of feedback and the rule that produced it. */
export interface FeedbackLine {
  readonly rule: string;
  readonly text: string;
}

/** The rules that fire, in the order of the text, with the topic of a topic line. */
function firedRules(slots: Slots): readonly { readonly rule: string; readonly topic?: number }[] {
  return [
    { rule: 'INTRO' },
    { rule: `LEVEL-${slots.level}` },
    ...slots.topics.map((topic) => ({ rule: 'TOPIC', topic })),
    ...slots.phases.map((phase) => ({ rule: `PHASE-${phaseNames[phase]}` })),
    { rule: `EMO-${slots.emotion}` },
    ...(slots.language === 'fine' ? [] : [{ rule: `LANG-${slots.language}` }]),
    { rule: 'CLOSE' },
  ];
}

const variantsOf = (rule: string): readonly string[] => prompts[rule] as readonly string[];

/** Writes the feedback of some slots, choosing among variants by `seed`: equal slots and seeds give equal texts. */
export function writeFeedback(slots: Slots, seed: number): readonly FeedbackLine[] {
  const stream: RandomStream = createRandomSource({ seed }).stream('papagai', 'wording');
  return firedRules(slots).map(({ rule, topic }) => {
    const variants = variantsOf(rule);
    const chosen = variants[below(variants.length, stream)] as string;
    const text = partsOf(rule, chosen)
      .map((part) => (typeof part === 'string' ? part : fillers.unit[topic ?? 0]))
      .join('');
    return { rule, text };
  });
}

/** How many texts there are for some slots. */
export function variantCount(slots: Slots): number {
  return firedRules(slots).reduce((product, { rule }) => product * variantsOf(rule).length, 1);
}
