export { heat } from './scenario.ts';
