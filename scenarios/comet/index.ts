export { comet } from './scenario.ts';
