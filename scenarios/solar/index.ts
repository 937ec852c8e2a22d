export { solar } from './scenario.ts';
