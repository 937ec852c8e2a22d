export { type CellEvent, type CellState, cellChart } from './cell-chart.ts';
