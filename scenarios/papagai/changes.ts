import type { ApiState } from '../../actors/index.ts';
import { editWorld } from '../../engine/index.ts';
import type { WorldChange } from '../kit/index.ts';
import type { PapagaiParams } from './params.ts';
import { spacingOf } from './platform.ts';

/** What can change while the week runs: the limit of the language model's service, from the next request on. Who works is set up. */
export const changes: Readonly<Record<'rateLimit', WorldChange<PapagaiParams>>> = {
  rateLimit(sim, { rateLimit }) {
    if (sim.actor('llm') === undefined) return 'nobody calls a language model here';
    editWorld(sim, (world) => {
      const { state } = world.actor<{ spec: ApiState['spec'] }>('llm');
      state.spec = { spacing: spacingOf(rateLimit) };
    });
    return undefined;
  },
};
