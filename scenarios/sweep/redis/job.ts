import { z } from 'zod';
import { quoted } from '../../kit/errors.ts';
import type { Replication } from '../../kit/run-scenario.ts';
import { sweepErrors } from '../errors.ts';

const value = z.union([z.number(), z.boolean(), z.string().max(10_000)]);
const values = z.record(z.string().max(200), value);

const jobSchema = z.strictObject({
  form: z.literal(1),
  /** Key of the study; cancellations and logs go by it. */
  study: z.string().regex(/^[0-9a-f]{16}$/),
  /** Code that must compute it. */
  code: z.string().regex(/^[0-9a-f]{16}$/),
  /** Id of the scenario; never a path: a worker loads nothing that a job names. */
  scenario: z.string().regex(/^[a-z][a-z0-9-]{0,100}$/),
  own: values,
  reserved: values,
  replication: z.number().int().min(0).max(100_000),
});

/** One run as it travels to a worker. */
export type Job = z.output<typeof jobSchema>;

const metric = z.union([z.number(), z.boolean(), z.string()]);

const resultSchema = z.strictObject({
  outcome: z.looseObject({ metrics: z.record(z.string(), metric), events: z.number() }),
  warnings: z.array(z.string()),
});

/** Checks a job that came from Redis. Throws SWEEP_JOB. */
export function checkJob(id: string, data: unknown): Job {
  const checked = jobSchema.safeParse(data);
  if (checked.success) return checked.data;
  throw refuseJob(id, checked.error.issues[0]);
}

/** Checks a result that came from Redis; undefined when it is none. */
export function checkResult(given: unknown): Replication | undefined {
  const checked = resultSchema.safeParse(given);
  return checked.success ? (given as Replication) : undefined;
}

/** Why a job cannot be computed here. */
export function jobRefusal(id: string, problem: string, hint: string): Error {
  return sweepErrors.create('SWEEP_JOB', { id: quoted(id), problem: quoted(problem, 300), hint });
}

function refuseJob(id: string, issue: z.core.$ZodIssue | undefined): Error {
  const path = issue?.path.join('.') ?? '';
  const problem = `${path === '' ? 'its data' : path}: ${issue?.message ?? 'is not valid'}`;
  return jobRefusal(id, problem, 'Jobs are made by escapement sweep --redis.');
}
