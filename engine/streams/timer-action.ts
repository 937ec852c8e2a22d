import { type SchedulerAction, Subscription } from 'rxjs';

/** The scheduler as its actions see it. @internal */
export interface ActionHost {
  arm(action: TimerAction<unknown>, delay: number): void;
  disarm(action: TimerAction<unknown>): void;
}

/** A unit of RxJS work: runs once per `schedule`, may schedule itself again while it runs, never runs after `unsubscribe`. @internal */
export class TimerAction<State> extends Subscription implements SchedulerAction<State> {
  /** Place in the table of pending work; -1 when not pending. */
  index = -1;
  /** What `now()` shows at least when this runs. */
  due = 0;
  readonly #host: ActionHost;
  readonly #work: (this: SchedulerAction<State>, state?: State) => void;
  #state: State | undefined = undefined;

  constructor(host: ActionHost, work: (this: SchedulerAction<State>, state?: State) => void) {
    super();
    this.#host = host;
    this.#work = work;
  }

  schedule(state?: State, delay = 0): Subscription {
    if (this.closed) return this;
    this.#state = state;
    this.#host.disarm(this as TimerAction<unknown>);
    this.#host.arm(this as TimerAction<unknown>, delay);
    return this;
  }

  execute(): void {
    try {
      this.#work(this.#state);
    } catch (error) {
      this.unsubscribe();
      throw error;
    }
  }

  override unsubscribe(): void {
    if (this.closed) return;
    this.#host.disarm(this as TimerAction<unknown>);
    super.unsubscribe();
  }
}
