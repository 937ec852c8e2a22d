import type { ClientMessageOf, Mark, ServerMessage } from '../protocol/index.ts';
import { MarkBook, type RunIdentity } from './mark-book.ts';
import type { PresentRun } from './present-run.ts';

export interface RunMarksOptions {
  /** Folder in which marks are kept beyond the server's end. */
  readonly folder?: string | undefined;
  readonly run: PresentRun;
  /** Tells every viewer. */
  readonly tell: (message: ServerMessage) => void;
}

/** The marks of the present run, with the numbers that its tracks have, as everybody sees them. */
export class RunMarks {
  readonly #options: RunMarksOptions;
  readonly #book: MarkBook;

  /** Throws LIVE_MARKS for a folder in which nothing can be written. */
  constructor(options: RunMarksOptions) {
    this.#options = options;
    this.#book = new MarkBook(options.folder);
  }

  /** Turns to the marks of another run. Throws LIVE_MARKS. */
  open(run: RunIdentity): void {
    this.#book.open(run);
  }

  list(): Mark[] {
    const { store } = this.#options.run;
    return this.#book.list(store.tracks(1, store.trackCount));
  }

  message(): ServerMessage {
    return { type: 'marks', marks: this.list() };
  }

  /** Adds or removes one and tells everybody. Throws LIVE_REQUEST, LIVE_MARKS. */
  change(by: number, message: ClientMessageOf<'mark'>): void {
    const { run, tell } = this.#options;
    this.#book.change(by, message, (id) => run.store.track(id));
    if (message.op !== 'list') tell(this.message());
  }
}
