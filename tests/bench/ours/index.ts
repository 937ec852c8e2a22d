import type { Program, ProgramKind } from '../workloads.ts';
import { allToAll } from './all-to-all.ts';
import { cells, chart } from './chart.ts';
import { clocked } from './clocked.ts';
import { fanOut } from './fan-out.ts';
import { hold } from './hold.ts';
import { mm1 } from './mm1.ts';
import { mm1Processes, mm1Resource } from './mm1-processes.ts';
import { phold } from './phold.ts';
import type { Timed } from './timed.ts';
import { rearm, storm, timeouts } from './timers.ts';
import { tokenRing } from './token.ts';

/** Our implementation of each kind of program. */
const implementations: {
  readonly [Kind in ProgramKind]: (program: Extract<Program, { kind: Kind }>) => Timed;
} = {
  phold,
  hold,
  mm1,
  'mm1-processes': mm1Processes,
  'mm1-resource': mm1Resource,
  token: tokenRing,
  storm,
  rearm,
  timeout: timeouts,
  'fan-out': fanOut,
  clocked,
  'all-to-all': allToAll,
  chart,
  population: cells,
};

/** Runs `program` once. */
export function runOurs(program: Program): Timed {
  const run = implementations[program.kind] as (program: Program) => Timed;
  return run(program);
}
