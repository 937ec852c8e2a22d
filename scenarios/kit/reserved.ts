import { z } from 'zod';
import { type Field, fieldOf } from './field.ts';
import { param } from './param.ts';

/** Values of the parameters every scenario has. */
export interface Reserved {
  readonly preset: string;
  /** Seed of every random stream of the run. */
  readonly seed: number;
  /** Independent runs whose means and intervals are reported. */
  readonly replications: number;
  /** Where real tensor arithmetic runs; part of the fingerprint. */
  readonly backend: 'wasm' | 'cpu' | 'node' | 'auto';
}

export const reservedNames: readonly (keyof Reserved)[] = ['preset', 'seed', 'replications', 'backend'];

/** Options of the commands that take parameters, in camelCase; --threads belongs to those that take none. */
export const optionNames: readonly string[] = [
  'set',
  'preset',
  'seed',
  'json',
  'help',
  'debug',
  'trace',
  'traceUnit',
  'traceKind',
  'traceFrom',
  'traceUntil',
  'traceMemory',
  'free',
  'checkpointEvery',
  'checkpointFile',
  'checkpointSimulation',
  'resume',
  'until',
  'untilEvent',
  'simulation',
  'serve',
  'port',
  'host',
  'open',
  'paused',
];

/** The fields of the reserved parameters for a scenario with these presets. */
export function reservedFields(scenario: string, presets: readonly string[]): readonly Field[] {
  const names = ['none', ...presets] as const;
  const preset = z
    .enum(names as [string, ...string[]])
    .default('none')
    .meta({ description: 'named setting, applied first; explicit parameters override it' });
  return [
    fieldOf(scenario, 'preset', preset),
    fieldOf(
      scenario,
      'seed',
      param.integer({ min: 0, max: 2 ** 32 - 1, default: 1, describe: 'seed of every random stream' }),
    ),
    fieldOf(
      scenario,
      'replications',
      param.integer({ min: 1, max: 100_000, default: 1, describe: 'independent runs; means with 95 % intervals' }),
    ),
    fieldOf(
      scenario,
      'backend',
      param.choice(['wasm', 'cpu', 'node', 'auto'], { default: 'wasm', describe: 'where real tensor arithmetic runs' }),
    ),
  ];
}
