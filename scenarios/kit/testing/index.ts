export { declaredDependences } from './declared-dependences.ts';
export {
  checkpointOracle,
  type DeclaredDependence,
  metricsOf,
  type OracleReport,
  type TieReport,
  tieOrderReport,
  type Work,
} from './scenario-checks.ts';
