import type { DeclaredDependence } from './scenario-checks.ts';

/** Metrics of the package's scenarios that depend on the order of simultaneous events, by id of the scenario; none does so far. */
export const declaredDependences: Readonly<Record<string, readonly DeclaredDependence[]>> = {};
