export { type RankTimes, rankTimes } from './busy-time.ts';
export { workloadErrors } from './errors.ts';
export { type NodePrice, type PriceSource, type PricingContext, priceNode } from './price-node.ts';
export { type Replay, type ReplayedRank, type ReplayOptions, replayWorkload } from './replay-workload.ts';
