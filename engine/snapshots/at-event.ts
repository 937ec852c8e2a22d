import type { RunOptions, RunResult, Simulation } from '../kernel/index.ts';

/**
 * Has `action` called once, between two events, when `sim` has handled `event` events, whoever runs it and however; the run goes on as
 * asked. Without that many events it is never called.
 */
export function atEvent(sim: Simulation, event: number, action: (sim: Simulation) => void): void {
  const run = sim.run.bind(sim);
  const intercepted = (options: RunOptions = {}): RunResult => {
    const most = options.maxEvents ?? Number.POSITIVE_INFINITY;
    const left = Math.max(0, event - sim.events);
    if (left > most) return run(options);
    const first = left === 0 ? undefined : run({ ...options, maxEvents: left });
    if (first !== undefined && first.end !== 'maxEvents') return first;
    sim.run = run;
    action(sim);
    const done = first?.events ?? 0;
    const rest = sim.run(most === Number.POSITIVE_INFINITY ? options : { ...options, maxEvents: most - done });
    return { ...rest, events: rest.events + done };
  };
  sim.run = intercepted;
}
