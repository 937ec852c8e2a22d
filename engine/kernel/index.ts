export { defineErrors, type ErrorEntry, type ErrorPlace, type ErrorRoom, SimError } from './errors.ts';
export * from './quantities.ts';
export type { RandomSource, RandomStream } from './random.ts';
export * from './time.ts';
