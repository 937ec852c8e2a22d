import { z } from 'zod';
import { quoted } from '../kit/errors.ts';
import { sweepErrors } from './errors.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const schema = z.strictObject({
  /** Id of a scenario, or the path of a file that defines one. */
  scenario: z.string().min(1),
  preset: z.string().optional(),
  /** Parameters that stay the same. */
  set: z.record(z.string(), scalar).default({}),
  /** Axes as `--vary` takes them. */
  vary: z.record(z.string(), z.string()).default({}),
  where: z.array(z.string()).default([]),
  /** `grid`, `random:200` or `lhs:200`. */
  sample: z.string().default('grid'),
  seed: z.union([z.string(), z.number()]).default(1),
  replications: z.union([z.string(), z.number()]).default(1),
  /** Relative half width of the 95 % interval that ends the replications of a setting. */
  untilPrecision: z.string().optional(),
  mostReplications: z.union([z.string(), z.number()]).default(1000),
  /** Every setting has random numbers of its own. */
  independent: z.boolean().default(false),
  /** The metric that decides, `name`, `name:max` or `name:min`. */
  rank: z.string().optional(),
  /** Only settings whose results hold this are ranked. */
  among: z.string().optional(),
  /** Axes that are given, such as the size of a cluster: the others are chosen for each of their values. */
  given: z.array(z.string()).default([]),
  pareto: z.array(z.string()).default([]),
});

/** A study as a file holds it; equal files give equal results. */
export type StudySpec = z.output<typeof schema>;

/** Checks a study that came from outside. Throws SWEEP_STUDY. */
export function checkSpec(given: unknown, where = 'the study'): StudySpec {
  const checked = schema.safeParse(given);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  const path = issue?.path.join('.') ?? '';
  throw sweepErrors.create('SWEEP_STUDY', {
    problem: quoted(`${where}${path === '' ? '' : `: ${path}`}: ${issue?.message ?? 'is not valid'}`, 200),
    hint: 'See docs/how-to/distribute-a-sweep.md for its form.',
  });
}

/** Reads the text of a study file. Throws SWEEP_STUDY. */
export function readSpec(text: string, file: string): StudySpec {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw sweepErrors.create('SWEEP_STUDY', {
      problem: `${quoted(file, 120)} is no JSON: ${quoted((error as Error).message, 120)}`,
      hint: 'Correct the file.',
    });
  }
  return checkSpec(json, quoted(file, 120));
}
