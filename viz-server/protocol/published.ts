import type { Claim, Figure, MetricInfo, Target } from '../../scenarios/kit/scenario.ts';

/** A claim of a paper without the code that measures it; `unit` is '' where it has none. */
type PublishedClaim = Pick<Claim, 'id' | 'text' | 'published' | 'source' | 'pass'> & { readonly unit: string };

/** What a scenario's paper states, as `published/:id` answers. */
export interface Published {
  readonly figures: readonly Figure[];
  readonly claims: readonly PublishedClaim[];
  readonly targets: readonly Target[];
  readonly metrics: Readonly<Record<string, MetricInfo>>;
}
