import fc from 'fast-check';
import { testingErrors } from './errors.ts';

/** One request for units of something, the command of resource checks. Times in ns: small, so that ties happen. */
export interface Request {
  /** After the request before. */
  readonly after: number;
  /** Who asks; small numbers, so that some ask again. */
  readonly user: number;
  readonly units: number;
  /** How long the units are held. */
  readonly hold: number;
  /** Gives up when it has not got them by then; 0: waits for ever. */
  readonly patience: number;
}

/** Requests of a few users that overlap, tie and give up. Shrinks to one user, one unit and no patience. */
export function requests(
  options: { readonly users?: number; readonly units?: number; readonly span?: number } = {},
): fc.Arbitrary<Request> {
  const { users = 3, units = 1, span = 6 } = options;
  return fc.record({
    after: fc.integer({ min: 0, max: span }),
    user: fc.integer({ min: 0, max: users - 1 }),
    units: fc.integer({ min: 1, max: units }),
    hold: fc.integer({ min: 1, max: span }),
    patience: fc.integer({ min: 0, max: span }),
  });
}

interface Entry {
  readonly request: number;
  readonly units: number;
  readonly at: number;
  readonly patience: number;
  state: 'waits' | 'holds' | 'released' | 'gone';
  order: number;
}

/**
 * What became of requests for units of one thing, told by whoever grants them. Throws TEST_INVARIANT at the first thing that cannot be:
 * a grant twice or to one that has gone, more units out than there are, a release by one that holds nothing, giving up before
 * the patience has run out, and, with `fifo`, a grant past one that asked earlier.
 */
export class GrantLog {
  readonly capacity: number;
  readonly #fifo: boolean;
  readonly #entries = new Map<number, Entry>();
  #held = 0;

  constructor(capacity: number, options: { readonly fifo?: boolean } = {}) {
    this.capacity = capacity;
    this.#fifo = options.fifo ?? true;
  }

  asks(request: number, units: number, patience: number, at: number): void {
    this.#entries.set(request, { request, units, at, patience, state: 'waits', order: this.#entries.size });
  }

  gets(request: number, at: number): void {
    const entry = this.#entry(request);
    if (entry.state === 'holds') this.#fail('no double grant', `request ${request} is granted twice, again at ${at}`);
    if (entry.state !== 'waits')
      this.#fail('no stale wake-up', `request ${request} is granted at ${at}, after it had ended`);
    this.#held += entry.units;
    if (this.#held > this.capacity)
      this.#fail(
        'no double grant',
        `${this.#held} of ${this.capacity} units are out at ${at}, with request ${request}`,
      );
    if (this.#fifo)
      for (const other of this.#entries.values())
        if (other.state === 'waits' && other.order < entry.order)
          this.#fail('first come, first served', `request ${request} is granted at ${at} before ${other.request}`);
    entry.state = 'holds';
  }

  releases(request: number, at: number): void {
    const entry = this.#entry(request);
    if (entry.state !== 'holds')
      this.#fail('conservation', `request ${request} gives back at ${at} what it does not hold`);
    entry.state = 'released';
    this.#held -= entry.units;
  }

  givesUp(request: number, at: number): void {
    const entry = this.#entry(request);
    if (entry.state !== 'waits')
      this.#fail('no stale wake-up', `request ${request} gives up at ${at}, but does not wait`);
    if (entry.patience === 0 || at < entry.at + entry.patience)
      this.#fail('no stale wake-up', `request ${request} gives up at ${at}, before ${entry.at + entry.patience}`);
    entry.state = 'gone';
  }

  /** When the run is over: everything is back, and nobody was forgotten. Throws TEST_INVARIANT. */
  ends(): void {
    for (const { request, state, at } of this.#entries.values()) {
      if (state === 'waits')
        this.#fail(
          'no lost grant',
          `request ${request} of ${at} waits for ever, ${this.#held} of ${this.capacity} units are out`,
        );
      if (state === 'holds') this.#fail('conservation', `request ${request} never gave back what it got`);
    }
  }

  #entry(request: number): Entry {
    const entry = this.#entries.get(request);
    if (entry === undefined) this.#fail('conservation', `request ${request} was never made`);
    return entry as Entry;
  }

  #fail(invariant: string, detail: string): never {
    throw testingErrors.create('TEST_INVARIANT', { invariant, detail });
  }
}
