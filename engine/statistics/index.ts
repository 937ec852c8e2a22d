export { BatchMeans, type BatchMeansState, lagOneCorrelation } from './batch-means.ts';
export { statisticsErrors } from './errors.ts';
export { type Estimate, estimateDifference, estimateMean, formatEstimate, relativePrecision } from './estimate.ts';
export { Histogram, type HistogramState } from './histogram.ts';
export { QuantileSketch, type QuantileSketchState } from './quantile-sketch.ts';
export {
  type Metrics,
  type ReplicateOptions,
  type ReplicateResult,
  Replications,
  replicateUntil,
} from './replications.ts';
export { studentProbability, studentQuantile } from './student.ts';
export { Tally, type TallyState } from './tally.ts';
export { TimeWeighted, type TimeWeightedState } from './time-weighted.ts';
export { mser5, type WarmUp, type WelchPoint, welchPlot } from './warm-up.ts';
