export {
  type AccessTrace,
  accessTrace,
  epochOrder,
  NEVER,
  nextUses,
  reorderedTrace,
  uniformTrace,
} from './access-trace.ts';
export { type Balance, type Deal, deal, longest, type SampleCosts } from './deal.ts';
export { type EpochCosts, type EpochOrdering, EXACT_EPOCHS, epochCosts, orderEpochs, pathCost } from './epoch-order.ts';
export { loaderErrors } from './errors.ts';
export { FarthestFirst } from './farthest-first.ts';
export { type LoadPlan, type Ranks, stepsOf, sumOfEpoch, unevenness } from './load-plan.ts';
export { type LoaderDetails, type LoaderName, type LoaderParts, loaderParts, rulesOf } from './loader-parts.ts';
export { type LoadingTimes, loadingRank } from './loading-rank.ts';
export { breakEvenGap, type MergedReads, mergeReads } from './merge-reads.ts';
export { type LoadRules, planLoading } from './plan-loading.ts';
export type { Placement } from './plan-placed.ts';
export type { ReleasedRules } from './plan-released.ts';
export { type Eviction, KEPT, type SampleBuffer, sampleBuffer } from './sample-buffer.ts';
export { simulateTraining, type TrainingSetup, type TrainingTimes } from './simulate-training.ts';
export { stepBarrier } from './step-barrier.ts';
