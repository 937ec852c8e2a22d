import type { Outcome, Program, ProgramKind } from '../workloads.ts';

/** What one timed run of ours gives: the outcome, and wall seconds of the part that counts. */
export interface Timed extends Outcome {
  readonly seconds: number;
}

/** Our implementation of each kind of program. */
export const implementations: {
  readonly [Kind in ProgramKind]?: (program: Extract<Program, { kind: Kind }>) => Timed;
} = {};

/** Runs `program` once. Throws when Escapement has no implementation of its kind. */
export function runOurs(program: Program): Timed {
  const run = implementations[program.kind] as ((program: Program) => Timed) | undefined;
  if (!run) throw new Error(`no implementation of ${program.kind}`);
  return run(program);
}
