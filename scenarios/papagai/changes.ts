import { editSpecs, type WorldChange } from '../kit/index.ts';
import type { PapagaiParams } from './params.ts';
import { spacingOf } from './platform.ts';

/** What can change while the week runs: the limit of the language model's service, from the next request on. Who works is set up. */
export const changes: Readonly<Record<'rateLimit', WorldChange<PapagaiParams>>> = {
  rateLimit: (sim, { rateLimit }) =>
    editSpecs(sim, /^llm$/, { spacing: spacingOf(rateLimit) }, 'nobody calls a language model here'),
};
