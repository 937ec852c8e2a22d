export { type Backend, type BackendName, type ImportModule, openBackend } from './backend.ts';
export { batchNorm } from './batch-norm.ts';
export {
  type ConvolutionShape,
  convolve,
  inputGradient,
  outputExtent,
  patchesOf,
  weightGradient,
} from './convolution.ts';
export { type Batch, batchOf, type Dataset, firstOf, type Samples, type Split } from './dataset.ts';
export { numericsErrors } from './errors.ts';
export type { ActivationStore, LayerParameter, NetworkLayer, SavedRole, TrainingPass } from './layer.ts';
export { type ConvolutionOptions, convolution, dense, maxPool, relu } from './layers.ts';
export { type DatasetName, loadDataset } from './load-dataset.ts';
export { crossEntropy, type Loss } from './loss.ts';
export {
  type Initialisation,
  initialise,
  loadWeights,
  type Network,
  plainStore,
  sequential,
  weightsOf,
} from './network.ts';
export { adam, type Optimizer, sgd } from './optimizer.ts';
export { type Matrix, matrix, type SingularValues, svd, symmetricEigen, truncated } from './svd.ts';
export { fromPlanes, sizeOf, type Tensor, tensor, toPlanes, transpose, zeros } from './tensor.ts';
export { evaluate, type TrainOptions, type TrainStep, train, trainSteps } from './train.ts';
export {
  cumulate,
  energy,
  fullTucker,
  type Kernel,
  kernelOf,
  reconstructed,
  seenThrough,
  type Tucker2,
  truncationTable,
  tucker2,
} from './tucker.ts';
