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
export { exploreTieOrders, type TieOrdersOptions, type TieOrdersReport } from './tie-orders.ts';
