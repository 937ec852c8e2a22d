import type { ControlMessage, ServerMessage } from '../protocol/index.ts';
import { nothingRuns, type PresentRun } from './present-run.ts';
import type { RunBook } from './run-book.ts';
import { eventCondition } from './run-gate.ts';
import type { RunTask, ToRun } from './run-link.ts';

export interface RunControlOptions {
  readonly run: PresentRun;
  readonly runs: RunBook;
  /** Puts another run in the place of the present one. Throws what is wrong with scenario or parameters. */
  readonly start: (scenario: string, params: RunTask['params'], paused: boolean) => Promise<void>;
  /** Tells every viewer. */
  readonly tell: (message: ServerMessage) => void;
}

/** Does what viewers and HTTP ask of the run. */
export class RunControl {
  readonly #options: RunControlOptions;

  constructor(options: RunControlOptions) {
    this.#options = options;
  }

  /** Does it and tells everybody; `viewer` 0: the command or HTTP. Throws for what cannot be done. */
  async perform(message: ControlMessage, viewer: number): Promise<void> {
    const { run, runs, start, tell } = this.#options;
    switch (message.op) {
      case 'start':
        await start(message.args.scenario, message.args.params ?? {}, message.args.paused ?? false);
        break;
      case 'reset': {
        const { scenario, params } = run.task;
        if (scenario === '') throw nothingRuns();
        await start(scenario, params, message.args?.paused ?? false);
        break;
      }
      case 'fork':
        await runs.fork(message.args.params ?? {}, message.args.free ?? []);
        break;
      case 'endFork':
        await runs.endFork();
        break;
      default:
        if (!run.isGoing) throw nothingRuns();
        run.order(orderOf(message, viewer, run.scaleOf(run.position.sim)));
    }
    tell({
      type: 'controlled',
      op: message.op,
      args: 'args' in message ? (message.args ?? {}) : {},
      by: viewer,
      at: run.now,
    });
  }
}

/** `scale`: ticks of the run in a tick of its simulation. Throws LIVE_CONDITION. */
function orderOf(
  message: Exclude<ControlMessage, { op: 'start' | 'reset' | 'fork' | 'endFork' }>,
  by: number,
  scale: number,
): ToRun {
  switch (message.op) {
    case 'pause':
      return { kind: 'pause', by };
    case 'resume':
      return { kind: 'resume' };
    case 'step':
      return 'events' in message.args ? { kind: 'step', events: message.args.events, by } : { kind: 'stepInstant', by };
    case 'runUntil': {
      const { args } = message;
      if ('time' in args) return { kind: 'untilTime', time: Math.ceil(args.time / scale), by };
      if ('event' in args) return { kind: 'untilEvent', event: args.event, by };
      eventCondition(args.predicate);
      return { kind: 'untilHolds', predicate: args.predicate, by };
    }
    case 'speed':
      return { kind: 'speed', ratio: message.args.ratio };
    case 'breakpoint': {
      const { predicate } = message.args;
      if (predicate !== null) eventCondition(predicate);
      return { kind: 'breakpoint', predicate, by };
    }
    default:
      return message satisfies never;
  }
}
