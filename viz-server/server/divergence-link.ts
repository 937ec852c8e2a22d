import { type Divergence, picosecondsPerTick, type RunsDifference } from '../../engine/index.ts';
import type { Parting, PartingEvent } from '../protocol/index.ts';
import { publicState } from './public-state.ts';

type Values = Readonly<Record<string, string | number | boolean>>;

/** Two runs of one scenario whose simulations `sim` are to be run side by side. */
export interface DivergenceTask {
  readonly scenario: string;
  readonly sim: number;
  readonly before: { readonly params: Values; readonly free: readonly string[] };
  readonly after: { readonly params: Values; readonly free: readonly string[] };
}

export type DivergenceAnswer =
  | { readonly kind: 'found'; readonly value: Parting }
  | { readonly kind: 'failed'; readonly message: string };

const mostCauses = 8;

/** What `diffRuns` says, as data. */
export function partingOf(result: RunsDifference): Parting {
  if (result.same) return result;
  const { event, reason, detail } = result;
  return { same: false, event, reason, detail, before: sideOf(result, 'left'), after: sideOf(result, 'right') };
}

function sideOf(result: Divergence, side: 'left' | 'right'): PartingEvent | null {
  const last = result[side];
  if (last === undefined) return null;
  const perTick = picosecondsPerTick[result.resolution];
  const { type, ...message } = last.message as { readonly type: string } & Record<string, unknown>;
  const causes = (side === 'left' ? result.leftAncestry : result.rightAncestry).slice(1, 1 + mostCauses);
  return {
    event: last.event,
    at: last.time * perTick,
    actor: last.actor,
    type,
    message: publicState(message),
    causes: causes.map(({ event, time, actor, kind }) => ({ event, at: time * perTick, actor, type: kind })),
  };
}
