import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fdatasync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { quoted } from '../kit/errors.ts';
import type { Replication } from '../kit/run-scenario.ts';
import { reasonOf } from '../kit/system-error.ts';
import type { RunResult } from './engine.ts';
import { sweepErrors } from './errors.ts';

/** What a journal belongs to: a study, and the code that computes it. */
export interface JournalOwner {
  readonly study: string;
  readonly code: string;
}

/** What was found in a journal that existed before. */
export interface Recovery {
  /** Runs that are journalled. */
  readonly runs: number;
  /** Lines whose checksum is wrong; their runs are computed again. */
  readonly damaged: number;
  /** Bytes of a last line that was never finished. */
  readonly torn: number;
  /** Lines for a run that had one already; the first counts. */
  readonly repeated: number;
}

const maxReplications = 2 ** 20;
const chunk = 1 << 20;
const longestLine = 64 << 20;

/**
 * The results of a study's runs in a file: one line a run, each with a checksum, only ever appended. A run whose line is whole counts, once;
 * a line that was cut off by a kill or damaged is as if it had never been. Memory: one number a run.
 */
export class Journal {
  readonly recovery: Recovery;
  readonly #file: string;
  readonly #fd: number;
  readonly #offsets = new Map<number, number>();
  readonly #failed = new Set<number>();
  #end = 0;
  #damaged = 0;
  #repeated = 0;
  #dirty = false;
  #syncing = false;

  /** Opens or makes the journal. Throws SWEEP_JOURNAL when it belongs to another study, to other code, or is no journal. */
  constructor(file: string, owner: JournalOwner) {
    this.#file = file;
    const isNew = !existsSync(file);
    this.#fd = openSync(file, isNew ? 'wx+' : 'r+');
    try {
      const size = fstatSync(this.#fd).size;
      this.#load(size, owner);
      const torn = size - this.#end;
      if (torn > 0) ftruncateSync(this.#fd, this.#end);
      if (this.#end === 0) this.#write({ journal: 1, ...owner });
      fsyncSync(this.#fd);
      this.recovery = { runs: this.#offsets.size, damaged: this.#damaged, torn, repeated: this.#repeated };
    } catch (error) {
      closeSync(this.#fd);
      throw error;
    }
  }

  /** Runs that are journalled. */
  get runs(): number {
    return this.#offsets.size;
  }

  has(point: number, replication: number): boolean {
    return this.#offsets.has(keyOf(point, replication));
  }

  hasFailed(point: number, replication: number): boolean {
    return this.#failed.has(keyOf(point, replication));
  }

  /** Appends a run's result; false, and nothing is written, when the run has one already. */
  add(point: number, replication: number, result: RunResult): boolean {
    const key = keyOf(point, replication);
    if (this.#offsets.has(key)) return false;
    const at = this.#end;
    this.#write(
      result.kind === 'failed'
        ? { p: point, r: replication, x: result.error }
        : { p: point, r: replication, o: result.replication.outcome, w: result.replication.warnings },
    );
    this.#offsets.set(key, at);
    if (result.kind === 'failed') this.#failed.add(key);
    this.#syncSoon();
    return true;
  }

  /** The result of a journalled run. Throws SWEEP_JOURNAL when its line cannot be read any more. */
  read(point: number, replication: number): RunResult {
    const at = this.#offsets.get(keyOf(point, replication));
    const line = at === undefined ? undefined : this.#lineAt(at);
    const entry = line === undefined ? undefined : decode(line);
    if (!isRun(entry) || entry.p !== point || entry.r !== replication)
      throw this.#refuse('was changed while the study ran', 'Run the same command again.');
    if (entry.x !== undefined) return { kind: 'failed', error: entry.x };
    return { kind: 'done', replication: { outcome: entry.o, warnings: entry.w ?? [] } as Replication };
  }

  /** Forgets failures, so that these runs are computed again; their lines stay and lose against later ones at the next opening. */
  forgetFailures(): number {
    const count = this.#failed.size;
    if (count > 0) this.#write({ forget: 'failures' });
    for (const key of this.#failed) this.#offsets.delete(key);
    this.#failed.clear();
    return count;
  }

  close(): void {
    fsyncSync(this.#fd);
    closeSync(this.#fd);
  }

  #write(entry: unknown): void {
    const bytes = Buffer.from(encode(entry));
    try {
      for (let done = 0; done < bytes.length; )
        done += writeSync(this.#fd, bytes, done, bytes.length - done, this.#end + done);
    } catch (error) {
      throw this.#refuse(`cannot be written: ${reasonOf(error)}`, 'Make room; the same command continues.');
    }
    this.#end += bytes.length;
  }

  /** A kill loses nothing that was written; for a power cut the disk is asked as often as it can keep up with. */
  #syncSoon(): void {
    this.#dirty = true;
    if (this.#syncing) return;
    this.#syncing = true;
    this.#dirty = false;
    fdatasync(this.#fd, () => {
      this.#syncing = false;
      if (this.#dirty) setTimeout(() => this.#isOpen() && this.#syncSoon(), 200).unref();
    });
  }

  #isOpen(): boolean {
    try {
      fstatSync(this.#fd);
      return true;
    } catch {
      return false;
    }
  }

  #load(size: number, owner: JournalOwner): void {
    let rest = Buffer.alloc(0);
    let at = 0;
    let first = true;
    for (let position = 0; position < size; ) {
      const piece = Buffer.alloc(Math.min(chunk, size - position));
      const read = readSync(this.#fd, piece, 0, piece.length, position);
      if (read === 0) break;
      position += read;
      rest = Buffer.concat([rest, piece.subarray(0, read)]);
      let start = 0;
      for (let end = rest.indexOf(10, start); end >= 0; end = rest.indexOf(10, start)) {
        const entry = decode(rest.toString('utf8', start, end));
        if (first) this.#checkOwner(entry, owner);
        else this.#note(entry, at);
        first = false;
        at += end + 1 - start;
        start = end + 1;
      }
      rest = rest.subarray(start);
      if (first && rest.length > 4096)
        throw this.#refuse('is no journal of a study', 'Name another folder with --out.');
    }
    if (first && size > 0 && !/^[0-9a-f]{0,16}( |$)/.test(rest.toString('latin1', 0, 17)))
      throw this.#refuse('is no journal of a study', 'Name another folder with --out.');
    this.#end = at;
  }

  #checkOwner(entry: unknown, owner: JournalOwner): void {
    const found = entry as { journal?: unknown; study?: unknown; code?: unknown } | undefined;
    if (typeof found !== 'object' || found === null || found.journal !== 1)
      throw this.#refuse('is no journal of a study', 'Name another folder with --out.');
    if (found.study !== owner.study)
      throw this.#refuse('belongs to another study', 'Name another folder with --out, or begin anew with --fresh.');
    if (found.code !== owner.code)
      throw this.#refuse(
        'was begun by other code, and its runs may differ',
        'Continue with that version, or begin anew with --fresh.',
      );
  }

  #note(entry: unknown, at: number): void {
    if (typeof entry === 'object' && entry !== null && 'forget' in entry) {
      for (const key of this.#failed) this.#offsets.delete(key);
      this.#failed.clear();
      return;
    }
    if (!isRun(entry)) {
      this.#damaged += 1;
      return;
    }
    const key = keyOf(entry.p, entry.r);
    if (this.#offsets.has(key)) {
      this.#repeated += 1;
      return;
    }
    this.#offsets.set(key, at);
    if (entry.x !== undefined) this.#failed.add(key);
  }

  #lineAt(at: number): string | undefined {
    for (let length = 4096; length <= longestLine; length *= 8) {
      const bytes = Buffer.alloc(length);
      const read = readSync(this.#fd, bytes, 0, length, at);
      const end = bytes.subarray(0, read).indexOf(10);
      if (end >= 0) return bytes.toString('utf8', 0, end);
      if (read < length) return undefined;
    }
    return undefined;
  }

  #refuse(problem: string, hint: string): Error {
    return sweepErrors.create('SWEEP_JOURNAL', { file: quoted(this.#file, 200), problem, hint });
  }
}

interface RunEntry {
  readonly p: number;
  readonly r: number;
  readonly x?: string;
  readonly o?: unknown;
  readonly w?: readonly string[];
}

function isRun(entry: unknown): entry is RunEntry {
  if (typeof entry !== 'object' || entry === null) return false;
  const { p, r, x, o } = entry as Record<string, unknown>;
  const counted = Number.isSafeInteger(p) && Number.isSafeInteger(r) && (p as number) >= 0 && (r as number) >= 0;
  return counted && (typeof x === 'string' || (typeof o === 'object' && o !== null));
}

function keyOf(point: number, replication: number): number {
  return point * maxReplications + replication;
}

/** A line: the first 16 digits of the SHA-256 of what follows, a space, JSON. */
function encode(entry: unknown): string {
  const json = JSON.stringify(entry);
  return `${checksum(json)} ${json}\n`;
}

/** What a line holds, or undefined when its checksum is wrong. */
function decode(line: string): unknown {
  const json = line.slice(17);
  if (line[16] !== ' ' || checksum(json) !== line.slice(0, 16)) return undefined;
  return JSON.parse(json);
}

function checksum(json: string): string {
  return createHash('sha256').update(json).digest('hex').slice(0, 16);
}
