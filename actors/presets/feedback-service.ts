import { assumed, measured, spec } from './parameter.ts';

const SPEED = 'taivo.ai, two snapshots of 2023, time for a generated token';
const PRICE = 'price page of the provider, 2023, dollars for 1000 tokens';
const OWN = 'no price: self-hosting is not priced';

/** Time to the first token of a generative language model behind an API. */
export const firstToken = measured(0.46, 's', 'artificialanalysis, gpt-3.5-turbo; carried over to all models');

/** Speed and price of generative language models behind APIs in 2023. */
export const languageModels = {
  davinci: {
    perToken: assumed(40, 'ms', 'no measurement known; between gpt-3.5 and its early snapshot'),
    dollarsIn: spec(0.02, '$', PRICE),
    dollarsOut: spec(0.02, '$', PRICE),
  },
  'gpt-3.5': {
    perToken: measured(35, 'ms', SPEED),
    dollarsIn: spec(0.0015, '$', PRICE),
    dollarsOut: spec(0.002, '$', PRICE),
  },
  'gpt-3.5-early': {
    perToken: measured(73, 'ms', SPEED),
    dollarsIn: spec(0.002, '$', PRICE),
    dollarsOut: spec(0.002, '$', PRICE),
  },
  'gpt-4': {
    perToken: measured(94, 'ms', SPEED),
    dollarsIn: spec(0.03, '$', PRICE),
    dollarsOut: spec(0.06, '$', PRICE),
  },
  'gpt-4-early': {
    perToken: measured(196, 'ms', SPEED),
    dollarsIn: spec(0.03, '$', PRICE),
    dollarsOut: spec(0.06, '$', PRICE),
  },
  'llama-2-7b': {
    perToken: measured(19, 'ms', SPEED),
    dollarsIn: assumed(0, '$', OWN),
    dollarsOut: assumed(0, '$', OWN),
  },
  'llama-2-70b': {
    perToken: measured(46, 'ms', SPEED),
    dollarsIn: assumed(0, '$', OWN),
    dollarsOut: assumed(0, '$', OWN),
  },
} as const;

const SHARE = 'chosen so that the sum is 15 s for 5 sentences and 30 s for 35, as recalled of the service';

/** Time of each step of the feedback pipeline: a fixed part and one for each sentence. */
export const feedbackSteps = {
  receive: { fixed: assumed(1.2, 's', SHARE), perSentence: assumed(0, 's', SHARE) },
  segment: { fixed: assumed(0.3, 's', SHARE), perSentence: assumed(0, 's', SHARE) },
  level: { fixed: assumed(6, 's', SHARE), perSentence: assumed(0, 's', SHARE) },
  topic: { fixed: assumed(3, 's', SHARE), perSentence: assumed(0.1, 's', SHARE) },
  linguistic: { fixed: assumed(1, 's', SHARE), perSentence: assumed(0.1, 's', SHARE) },
  emotion: { fixed: assumed(0, 's', SHARE), perSentence: assumed(0.1, 's', SHARE) },
  sentiment: { fixed: assumed(0, 's', SHARE), perSentence: assumed(0.1, 's', SHARE) },
  gibbs: { fixed: assumed(0, 's', SHARE), perSentence: assumed(0.1, 's', SHARE) },
  rules: { fixed: assumed(0.5, 's', SHARE), perSentence: assumed(0, 's', SHARE) },
  compose: { fixed: assumed(0.5, 's', SHARE), perSentence: assumed(0, 's', SHARE) },
} as const;

const CALLS = 'three-shot prompt and one label, chosen';

/** A call that reads one sentence with a generative model, in tokens and seconds for a generated token. */
export const fewShotCall = {
  tokensIn: assumed(3500, '1', CALLS),
  tokensOut: assumed(5, '1', CALLS),
} as const;
