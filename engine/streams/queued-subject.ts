import { Subject } from 'rxjs';

/**
 * A Subject that is breadth-first: what is emitted while it emits waits until every observer has seen the present value. With
 * an ordinary Subject the second observer sees the answer before the question. Errors and completion wait their turn as well.
 */
export class QueuedSubject<T> extends Subject<T> {
  readonly #waiting: Array<() => void> = [];
  #emitting = false;

  override next(value: T): void {
    this.#inTurn(() => super.next(value));
  }

  override error(error: unknown): void {
    this.#inTurn(() => super.error(error));
  }

  override complete(): void {
    this.#inTurn(() => super.complete());
  }

  #inTurn(emit: () => void): void {
    this.#waiting.push(emit);
    if (this.#emitting) return;
    this.#emitting = true;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) next();
    } finally {
      this.#emitting = false;
      this.#waiting.length = 0;
    }
  }
}
