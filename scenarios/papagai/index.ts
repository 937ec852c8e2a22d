export { papagai } from './scenario.ts';
