export { faultErrors } from './errors.ts';
export {
  disturb,
  type IntermittentMessage,
  type IntermittentSpec,
  type IntermittentState,
  type Spawner,
} from './intermittent.ts';
export { lastingSpeeds, type SpeedTarget } from './lasting-speeds.ts';
