import type { AccessTrace } from './access-trace.ts';
import { checkWhole, loaderErrors } from './errors.ts';
import type { LoadPlan, Ranks } from './load-plan.ts';
import { type PlacedRules, planPlaced } from './plan-placed.ts';
import { planReleased, type ReleasedRules } from './plan-released.ts';
import { planRemapped, type RemappedRules } from './plan-remapped.ts';
import { planStrided, type StridedRules } from './plan-strided.ts';

/** How samples find their ranks and what buffers keep: places in turn, ranks that hold them, buffers filled once, or SOLAR's released code. */
export type LoadRules =
  | ({ readonly kind: 'strided' } & StridedRules)
  | ({ readonly kind: 'remapped' } & RemappedRules)
  | ({ readonly kind: 'placed' } & PlacedRules)
  | ({ readonly kind: 'released' } & ReleasedRules);

/** Decides for a whole training, before it begins, what each rank reads, keeps and trains on. Throws LOADER_RULES. */
export function planLoading(trace: AccessTrace, shape: Ranks, rules: LoadRules): LoadPlan {
  checkWhole('ranks', shape.ranks, 1);
  checkWhole('batch', shape.batch, 1);
  checkWhole('capacity', shape.capacity, 0);
  if (shape.ranks > 65535)
    throw loaderErrors.create('LOADER_RULES', { what: 'ranks', value: shape.ranks, expected: 'at most 65535' });
  if ('gap' in rules) checkWhole('gap', rules.gap, 0);
  const { ranks, batch, capacity } = shape;
  const size = { ranks, batch, capacity };
  switch (rules.kind) {
    case 'strided':
      return planStrided(trace, size, rules);
    case 'remapped':
      return planRemapped(trace, size, rules);
    case 'placed':
      return planPlaced(trace, size, rules);
    case 'released':
      return planReleased(trace, size, rules);
  }
}
