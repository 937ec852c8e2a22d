import { type Duration, type EventHandle, type Phase, phases } from '../kernel/index.ts';
import { TIMER, type Timer } from './host.ts';
import type { Process } from './process.ts';
import { IDLE, WAITING, Wait } from './wait.ts';

/** See `delay`. */
export class Delay extends Wait<void> implements Timer {
  declare readonly type: typeof TIMER;
  declare readonly duration: Duration;
  declare readonly phase: Phase | undefined;
  declare timer: EventHandle | undefined;

  constructor(duration: Duration, phase: Phase | undefined) {
    super();
    this.duration = duration;
    this.phase = phase;
    this.timer = undefined;
  }

  begin(): boolean {
    const process = this.process as Process<unknown>;
    const phase = this.phase ?? (process.held === undefined ? phases.ordinary : phases.release);
    if (this.group === undefined) process.wakeAfter(this.duration, phase);
    else this.timer = process.host.ctx.schedule(this.duration, process.host.self as never, this as never, phase);
    this.stage = WAITING;
    return false;
  }

  ring(): void {
    this.timer = undefined;
    if (this.stage === WAITING) this.decide(true);
  }

  abandon(): void {
    if (this.timer !== undefined) this.process?.host.ctx.cancel(this.timer);
    this.timer = undefined;
  }

  take(): void {
    this.stage = IDLE;
  }
}

Object.defineProperty(Delay.prototype, 'type', { value: TIMER });

/**
 * Lets `duration` pass. The process goes on in the ordinary phase of that instant, or in the release phase when it holds something,
 * so that what it gives back is there for others of that instant; or in `phase`.
 */
export function delay(duration: Duration, phase?: Phase): Delay {
  return new Delay(duration, phase);
}

/** A branch of `any` that bounds the others: the same as `delay`, in the ordinary phase. */
export function timeout(duration: Duration): Delay {
  return new Delay(duration, phases.ordinary);
}
