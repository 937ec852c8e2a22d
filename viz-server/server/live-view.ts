import { type ClientMessageOf, chunkFlags, encodeStrings } from '../protocol/index.ts';
import type { LiveStore } from './live-store.ts';
import { answerTrack, levelOfTrack } from './view-answer.ts';

/** What a viewer holds of a track. */
interface Sent {
  readonly seq: number;
  readonly level: number;
  /** Powers of two by which it is coarser than its pixels. */
  readonly coarse: number;
  /** Whether something was sent that had not ended. */
  readonly hasOpen: boolean;
}

/** Why a view is coarser than its pixels. */
export type Shortage = 'credit' | 'socket' | 'server';

/** Where the chunks of a view go. */
export interface ChunkOut {
  /** Bytes that may be sent now. */
  readonly room: number;
  /** What there is when everything sent has been taken. */
  readonly mostRoom: number;
  /** Why there is no more room. */
  readonly shortage: Shortage;
  send(bytes: Uint8Array): void;
  /** Strings that the viewer has. */
  strings: number;
}

const coarsest = 8;
/** A view of more bytes than this comes coarse first. */
const largeBytes = 512 << 10;
const typicalItemBytes = 40;

/** One view of one viewer: what is on its screen, kept fresh, answered coarser while there is no room for all of it. */
export class LiveView {
  readonly request: ClientMessageOf<'view'>;
  /** Coarseness of what is sent now. */
  coarse = 0;
  /** Why, unless it is the first pass of a large view. */
  shortage: Shortage | undefined = undefined;
  readonly #store: LiveStore;
  readonly #sent = new Map<number, Sent>();
  #next = 0;

  constructor(request: ClientMessageOf<'view'>, store: LiveStore) {
    this.request = request;
    this.#store = store;
    const rows = request.tracks === 'all' ? store.trackCount : request.tracks.length;
    if (rows * request.width * typicalItemBytes > largeBytes) this.coarse = 3;
  }

  /** Sends what has changed, until `deadline` on the clock; true when something is left to be sent. */
  serve(out: ChunkOut, clock: () => number, deadline: number): boolean {
    const tracks = this.#tracks();
    if (tracks.length === 0) return false;
    for (let visited = 0; visited < tracks.length; ) {
      const id = tracks[this.#next % tracks.length]!;
      const done = this.#serveTrack(id, out);
      if (done) {
        visited++;
        this.#next = (this.#next + 1) % tracks.length;
      } else if (this.coarse < coarsest) {
        this.coarse = Math.min(coarsest, this.coarse + 2);
        this.shortage = out.shortage;
      } else {
        this.shortage = out.shortage;
        return true;
      }
      if (clock() > deadline && visited < tracks.length) return true;
    }
    // All of it fits as coarse as it is: half of the room must do for the next finer level.
    if (this.coarse > 0 && (this.shortage === undefined || out.room > this.#bytesWhenFiner(tracks, out.mostRoom))) {
      this.coarse = this.shortage === undefined ? 0 : Math.max(0, this.coarse - 2);
      return true;
    }
    return this.coarse > 0;
  }

  /** Nothing at all can be sent now. */
  starve(shortage: Shortage): void {
    this.coarse = Math.max(this.coarse, 2);
    this.shortage = shortage;
  }

  /** Whether every track is as sharp as its pixels. */
  get isSharp(): boolean {
    if (this.coarse > 0) return false;
    return this.#tracks().every((id) => this.#store.source(id).kind === 'none' || this.#sent.get(id)?.coarse === 0);
  }

  #tracks(): readonly number[] {
    const { tracks } = this.request;
    if (tracks !== 'all') return tracks;
    return Array.from({ length: this.#store.trackCount }, (_, i) => i + 1);
  }

  #bytesWhenFiner(tracks: readonly number[], mostRoom: number): number {
    const pixels = this.request.width / 2 ** Math.max(0, this.coarse - 2);
    // More than half of all room is not waited for: what fits is sent, and the rest with the next credit.
    return Math.min(tracks.length * pixels * typicalItemBytes, mostRoom / 2);
  }

  /** False when the track did not fit. */
  #serveTrack(id: number, out: ChunkOut): boolean {
    const store = this.#store;
    if (store.source(id).kind === 'none') return true;
    const { viewId, width, follow } = this.request;
    const span = Math.max(1, this.request.to - this.request.from);
    const to = follow ? Math.max(this.request.to, store.now + 1) : this.request.to;
    const from = follow ? Math.max(0, to - span) : this.request.from;
    const ticksPerPixel = (span / width) * 2 ** this.coarse;
    const sent = this.#sent.get(id);
    const level = levelOfTrack(store, id, ticksPerPixel);
    const isChanged = sent === undefined || store.changedSince(id, sent.seq);
    const isTooCoarse = sent !== undefined && sent.coarse > this.coarse;
    if (!isChanged && !isTooCoarse) return true;
    const changed = sent === undefined ? 0 : store.changedFrom(id, sent.seq);
    const isPart = sent !== undefined && !isTooCoarse && sent.level === level && changed > 0;
    if (isPart && changed >= to && !sent.hasOpen) {
      this.#sent.set(id, { ...sent, seq: store.seq });
      return true;
    }
    const answer = answerTrack(store, {
      track: id,
      view: viewId,
      from,
      to,
      ticksPerPixel,
      since: isPart ? Math.min(changed, to) : undefined,
      flags: this.coarse > 0 ? chunkFlags.coarse : 0,
    });
    const strings =
      out.strings < store.strings.length
        ? encodeStrings(out.strings, store.strings.slice(out.strings), store.seq)
        : undefined;
    if (answer.bytes + (strings?.length ?? 0) > out.room) return false;
    if (strings !== undefined) {
      out.send(strings);
      out.strings = store.strings.length;
    }
    for (const chunk of answer.chunks) out.send(chunk);
    this.#sent.set(id, { seq: store.seq, level: answer.level, coarse: this.coarse, hasOpen: answer.hasOpen });
    return true;
  }
}
