const firstBytes = 2 << 20;
/** Viewers grant credit in steps of at most half of this. */
const leastBytes = 512 << 10;
const mostBytes = 16 << 20;
/** A viewer that takes longer than this to take what it was sent is behind a slow line, and gets less at once; faster than half of it, more. */
const aimMs = 500;
const markBytes = 64 << 10;

/**
 * How much may be on its way to a viewer: what it takes in about half a second. Without it a slow line would hold all of the credit, and
 * what arrives would be as old as the line needs for it.
 */
export class SendWindow {
  readonly #clock: () => number;
  #size = firstBytes;
  #sent = 0;
  #taken = 0;
  /** When so many bytes had been sent, oldest first. */
  readonly #marks: Array<{ readonly sent: number; readonly atMs: number }> = [];

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Bytes that may be on their way at once. */
  get size(): number {
    return this.#size;
  }

  /** Bytes that may be sent now. */
  get room(): number {
    return Math.max(0, this.#size - (this.#sent - this.#taken));
  }

  sent(bytes: number): void {
    this.#sent += bytes;
    const last = this.#marks.at(-1);
    if (last === undefined || this.#sent - last.sent >= markBytes)
      this.#marks.push({ sent: this.#sent, atMs: this.#clock() });
  }

  /** The viewer says that it has taken so many bytes. */
  taken(bytes: number): void {
    this.#taken = Math.min(this.#sent, this.#taken + bytes);
    let tookMs: number | undefined;
    while (this.#marks.length > 0 && this.#marks[0]!.sent <= this.#taken)
      tookMs = this.#clock() - this.#marks.shift()!.atMs;
    if (tookMs === undefined) return;
    if (tookMs > aimMs) this.#size = Math.max(leastBytes, this.#size / 2);
    else if (tookMs < aimMs / 2) this.#size = Math.min(mostBytes, this.#size * 1.5);
  }
}
