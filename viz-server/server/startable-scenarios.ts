import { loadScenario } from '../../scenarios/cli/load-scenario.ts';
import type { Scenario } from '../../scenarios/kit/scenario.ts';
import { registry } from '../../scenarios/registry.ts';
import { liveErrors } from './errors.ts';

/** The scenarios that viewers may start: those of the package, and one of one's own that the command line named by its path. */
export class StartableScenarios {
  readonly #file: string | undefined;

  constructor(file?: string) {
    this.#file = file;
  }

  /** Throws LIVE_REQUEST for a name that is not among them. */
  async load(name: string): Promise<Scenario> {
    if (name !== this.#file && !registry.some((entry) => entry.id === name))
      throw liveErrors.create('LIVE_REQUEST', {
        problem: `there is no scenario '${name.slice(0, 60)}'`,
        hint: 'See /api/v1/scenarios.',
      });
    return loadScenario(name);
  }

  /** Names to choose from, one's own first. */
  async list(): Promise<ReadonlyArray<{ readonly id: string; readonly title: string; readonly paper: string }>> {
    const file = this.#file;
    const own =
      file === undefined
        ? []
        : [await loadScenario(file)].map(({ title, paper }) => ({ id: file, title, paper: paper.reference }));
    return [...own, ...registry.map(({ id, title, paper }) => ({ id, title, paper }))];
  }
}
