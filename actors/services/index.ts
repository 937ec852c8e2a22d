export { Crew, type CrewOptions, crew } from './crew.ts';
export { serviceErrors } from './errors.ts';
export { Office, type OfficeOptions, office } from './office.ts';
export { type ApiAnswer, type ApiMessage, type ApiSpec, type ApiState, rateLimitedApi } from './rate-limited-api.ts';
export {
  type Shared,
  type SharingMessage,
  type SharingSpec,
  type SharingState,
  sharingStation,
} from './sharing-station.ts';
