export {
  type CheckOptions,
  type CommandCheck,
  caseFile,
  checkCommands,
  type Failure,
  findFailure,
  type OpensIn,
  replayCase,
} from './check-commands.ts';
export { testingErrors } from './errors.ts';
export {
  type Disturbance,
  deviating,
  disturbed,
  explore,
  type OrderDependence,
  type OrderReport,
  type Output,
  type Outputs,
  orderReport,
} from './explore.ts';
export { type Deviation, ExploringQueue, type PendingEvent } from './exploring-queue.ts';
export {
  type Build,
  checkClock,
  checkConservation,
  checkRestores,
  checkTiling,
  checkTransparency,
  uncovered,
} from './invariants.ts';
export { GrantLog, type Request, requests } from './requests.ts';
export { exploreTieOrders, type TieOrdersOptions, type TieOrdersReport } from './tie-orders.ts';
