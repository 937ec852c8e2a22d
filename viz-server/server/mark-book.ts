import { createHash } from 'node:crypto';
import {
  accessSync,
  appendFileSync,
  constants,
  existsSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { reasonOf } from '../../scenarios/kit/system-error.ts';
import type { ClientMessageOf, Mark, TrackInfo } from '../protocol/index.ts';
import { liveErrors } from './errors.ts';

/** A track by what it is, since its number is that of one server. */
const placeSchema = z.object({
  sim: z.int(),
  kind: z.string().max(20),
  actor: z.string().max(500),
  name: z.string().max(200),
});
const tick = z.number().min(0).max(Number.MAX_SAFE_INTEGER);
const lineSchema = z.discriminatedUnion('op', [
  z.object({
    op: z.literal('add'),
    id: z.int().min(1),
    tick,
    tick2: tick.nullable(),
    place: placeSchema.nullable(),
    text: z.string().max(500),
  }),
  z.object({ op: z.literal('remove'), id: z.int().min(1) }),
]);

type Line = z.infer<typeof lineSchema>;
type Place = z.infer<typeof placeSchema>;
type StoredMark = Omit<Mark, 'track'> & { readonly place: Place | null };

/** What the marks of a run are kept under: equal runs have the same. */
export interface RunIdentity {
  readonly scenario: string;
  readonly params: Readonly<Record<string, string | number | boolean>>;
  readonly seed: number;
}

const mostMarks = 1000;
const mostFileBytes = 4 << 20;

/**
 * The marks of a run. With a folder they are lines of JSON in a file beside it, one for each run that is not equal to another, so that they
 * outlive the server; lines that are cut off or not ours are left out.
 */
export class MarkBook {
  readonly #folder: string | undefined;
  readonly #marks: StoredMark[] = [];
  #key = '';
  #file: string | undefined = undefined;
  #nextId = 0;

  /** Throws LIVE_MARKS for a folder in which nothing can be written. */
  constructor(folder?: string) {
    this.#folder = folder;
    if (folder !== undefined) this.#guard(() => accessSync(folder, constants.W_OK | constants.R_OK));
  }

  /** Turns to the marks of a run; those of the same run stay. Throws LIVE_MARKS. */
  open({ scenario, params, seed }: RunIdentity): void {
    const sorted = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));
    const key = createHash('sha256')
      .update(JSON.stringify([scenario, sorted, seed]))
      .digest('hex')
      .slice(0, 12);
    if (key === this.#key) return;
    this.#marks.length = 0;
    this.#nextId = 0;
    this.#key = '';
    this.#file = undefined;
    if (this.#folder === undefined) {
      this.#key = key;
      return;
    }
    const name = scenario.replace(/[^\w-]+/g, '_').slice(-60);
    const file = join(this.#folder, `${name}-${key}.marks.jsonl`);
    if (existsSync(file)) this.#guard(() => this.#read(file));
    this.#key = key;
    this.#file = file;
  }

  /** The file in use, if there is one. */
  get file(): string | undefined {
    return this.#file;
  }

  /** All marks; tracks have the numbers that they have now, null while they are not known. */
  list(tracks: readonly TrackInfo[]): Mark[] {
    const numbers = new Map<string, number>();
    if (this.#marks.some(({ place }) => place !== null))
      for (const track of tracks) numbers.set(textOf(track), track.id);
    return this.#marks.map(({ place, ...mark }) => ({
      ...mark,
      track: place === null ? null : (numbers.get(textOf(place)) ?? null),
    }));
  }

  /** Adds or removes one. Throws LIVE_REQUEST, and LIVE_MARKS when it cannot be written: then nothing has changed. */
  change(by: number, message: ClientMessageOf<'mark'>, track: (id: number) => TrackInfo | undefined): void {
    if (message.op === 'add') {
      if (message.tick === undefined || this.#marks.length >= mostMarks)
        throw liveErrors.create('LIVE_REQUEST', {
          problem: message.tick === undefined ? 'a mark has a tick' : `there are ${mostMarks} marks already`,
          hint: 'Remove some.',
        });
      const { tick, tick2 = null, text = '' } = message;
      const on = message.track === undefined ? undefined : track(message.track);
      const place = on === undefined ? null : { sim: on.sim, kind: on.kind, actor: on.actor, name: on.name };
      const id = this.#nextId + 1;
      this.#write({ op: 'add', id, tick, tick2, place, text });
      this.#nextId = id;
      this.#marks.push({ id, tick, tick2, place, text, by });
    } else if (message.op === 'remove') {
      const at = this.#marks.findIndex((mark) => mark.id === message.id);
      if (at < 0) throw liveErrors.create('LIVE_REQUEST', { problem: 'there is no such mark', hint: 'List them.' });
      this.#write({ op: 'remove', id: this.#marks[at]!.id });
      this.#marks.splice(at, 1);
    }
  }

  #write(line: Line): void {
    const file = this.#file;
    if (file !== undefined) this.#guard(() => appendFileSync(file, `${JSON.stringify(line)}\n`));
  }

  #read(file: string): void {
    if (statSync(file).size > mostFileBytes)
      throw new Error(`the file of this run is larger than ${mostFileBytes >> 20} MiB`);
    const text = readFileSync(file, 'utf8');
    let dead = text === '' || text.endsWith('\n') ? 0 : 1;
    for (const line of text.split('\n')) {
      if (line === '') continue;
      const read = readLine(line);
      if (read?.op === 'add' && this.#marks.length < mostMarks) {
        const { id, tick, tick2, place, text: note } = read;
        // Who made it was a viewer of another server.
        this.#marks.push({ id, tick, tick2, place, text: note, by: 0 });
        this.#nextId = Math.max(this.#nextId, id);
      } else {
        dead++;
        const at = this.#marks.findIndex(({ id }) => id === read?.id);
        if (at >= 0) this.#marks.splice(at, 1);
      }
    }
    if (dead === 0) return;
    const lines = this.#marks.map(({ by: _, ...mark }) => `${JSON.stringify({ op: 'add', ...mark })}\n`);
    writeFileSync(`${file}.part`, lines.join(''));
    renameSync(`${file}.part`, file);
  }

  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      throw liveErrors.create(
        'LIVE_MARKS',
        {
          folder: this.#folder ?? '',
          problem: whyNot(error),
          hint: 'Name a folder that exists and may be written to.',
        },
        {},
        error,
      );
    }
  }
}

function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'syscall' in error ? reasonOf(error) : error.message;
}

function readLine(line: string): Line | undefined {
  try {
    const read = lineSchema.safeParse(JSON.parse(line));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}

function textOf({ sim, kind, actor, name }: Place): string {
  return JSON.stringify([sim, kind, actor, name]);
}
