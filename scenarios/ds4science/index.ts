export { ds4science } from './scenario.ts';
