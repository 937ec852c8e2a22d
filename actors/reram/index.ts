export { type AdcSpec, type AdcState, adc, adcStep, quantise, type SampledMessage } from './adc.ts';
export { addCodes, columnSums, readMatrix, type SlicedRead } from './bit-serial.ts';
export { CellArray, type Census } from './cell-array.ts';
export { type CellEvent, type CellState, cellChart } from './cell-chart.ts';
export {
  type ColumnOf,
  type DrawKey,
  drawBits,
  drawDeadColumns,
  drawFaults,
  drawKey,
  drawUniform,
  type FaultLaw,
  stuck,
} from './cell-faults.ts';
export { type ChipJob, type ChipLayer, type ChipMessage, type ChipSpec, type ChipState, chip } from './chip.ts';
export {
  adcJoules,
  type CrossbarSpec,
  conversionSeconds,
  dacJoules,
  irDropVolts,
  layerSeconds,
  losslessAdcBits,
  siemens,
  sliceJoules,
  slicesOfInput,
} from './costs.ts';
export { type CrossbarActorSpec, type CrossbarMessage, type CrossbarState, crossbar } from './crossbar.ts';
export { type DacBankSpec, type DacBankState, type DriveMessage, dacBank } from './dac-bank.ts';
export { reramErrors } from './errors.ts';
export { errorSlope, expectedGain, expectedSquareError, type TheoryInput } from './fault-theory.ts';
export {
  type LayerDone,
  type LayerMessage,
  type LayerSpec,
  type LayerState,
  layerController,
} from './layer-controller.ts';
export {
  cellLevels,
  cellsPerWeight,
  conductance,
  effectiveWeights,
  levelsOf,
  type MappingName,
  type MappingSpec,
  slicesOf,
  stuckLevel,
  weightOf,
} from './mapping.ts';
export {
  type ProgrammedMessage,
  type ProgrammerMessage,
  type ProgrammerSpec,
  type ProgrammerState,
  programmer,
} from './programmer.ts';
export { type LayerSums, type ShiftAddMessage, type ShiftAddSpec, type ShiftAddState, shiftAdd } from './shift-add.ts';
export { columnsOf, type LayerShape, type Tile, type Tiling, tile } from './tiling.ts';
export { age, drawWear, type Endurance, wornShare } from './wear.ts';
export {
  isVerified,
  PulseWriter,
  readFloor,
  type WriteLaw,
  type WriteStatistics,
  writeStatistics,
} from './write-verify.ts';
