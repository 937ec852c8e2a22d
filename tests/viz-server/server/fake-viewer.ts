import { Simulation } from '../../../engine/index.ts';
import { Recorder } from '../../../engine/trace/index.ts';
import {
  type Chunk,
  decodeChunk,
  type HeldSlice,
  mergeSlices,
  type ServerMessage,
  sliceFlags,
  type TrackInfo,
} from '../../../viz-server/protocol/index.ts';
import { LiveStore } from '../../../viz-server/server/live-store.ts';
import { Viewer, type ViewerHost } from '../../../viz-server/server/viewer.ts';
import { build } from './live-scenario.ts';

/** What a page holds of a run. */
export class Held {
  readonly tracks = new Map<number, TrackInfo>();
  readonly strings: string[] = [];
  readonly slices = new Map<number, HeldSlice[]>();
  readonly messages: ServerMessage[] = [];
  bytes = 0;
  mostItems = 0;

  take(data: string | Uint8Array): void {
    if (typeof data === 'string') {
      const message = JSON.parse(data) as ServerMessage;
      if (message.type === 'tracks') for (const track of message.added) this.tracks.set(track.id, track);
      else this.messages.push(message);
      return;
    }
    this.bytes += data.length;
    this.chunk(decodeChunk(new Uint8Array(data)));
  }

  chunk(chunk: Chunk): void {
    if (chunk.kind === 'strings') for (const [i, text] of chunk.strings.entries()) this.strings[chunk.track + i] = text;
    if (chunk.kind !== 'slices') return;
    this.slices.set(chunk.track, mergeSlices(this.slices.get(chunk.track) ?? [], chunk));
    const rows = new Map<number, number>();
    for (const depth of chunk.columns.depth) rows.set(depth, (rows.get(depth) ?? 0) + 1);
    for (const count of rows.values()) this.mostItems = Math.max(this.mostItems, count);
  }

  /** What is drawn, as text, with names in the place of their numbers. */
  table(): string[] {
    const lines: string[] = [];
    for (const [track, slices] of [...this.slices].sort((a, b) => a[0] - b[0]))
      for (const { start, duration, task, name, count, depth, cause, flags } of slices)
        lines.push(
          [this.tracks.get(track)?.actor, depth, start, duration, task, this.strings[name], count, cause, flags].join(
            ' ',
          ),
        );
    return lines.sort();
  }

  /** Tasks that what is drawn stands for, without those that have not ended. */
  tasks(): number {
    let sum = 0;
    for (const slices of this.slices.values())
      for (const { count, flags } of slices) if ((flags & sliceFlags.open) === 0) sum += count;
    return sum;
  }

  of<Type extends ServerMessage['type']>(type: Type): Array<Extract<ServerMessage, { type: Type }>> {
    return this.messages.filter((message): message is Extract<ServerMessage, { type: Type }> => message.type === type);
  }
}

/** A store with a run that goes on when told, and viewers without a network. */
export class Stage implements ViewerHost {
  readonly store = new LiveStore();
  readonly sim: Simulation;
  readonly #recorder: Recorder;
  readonly clock = () => 0;
  #viewers = 0;

  constructor(workers: number, jobs: number, seed = 1) {
    this.sim = new Simulation({ seed });
    this.store.addSimulation(1, 1);
    this.#recorder = new Recorder(
      this.sim,
      {
        take: (chunk) => {
          this.store.take(1, { ...chunk, words: chunk.words.slice(0, chunk.length) }, 1);
          return chunk.words;
        },
        finish: () => undefined,
      },
      { chunkBytes: 1 << 14 },
    ).start();
    build(this.sim, workers, jobs);
  }

  /** Handles so many events more; false when none is left. */
  run(events: number): boolean {
    const { end } = this.sim.run({ maxEvents: events });
    this.#recorder.flush();
    return end !== 'finished';
  }

  finish(): void {
    this.sim.run();
    this.#recorder.finish();
  }

  rightsOf(): { readonly canControl: boolean } {
    return { canControl: true };
  }
  mayControl(): boolean {
    return true;
  }
  welcome(): ServerMessage {
    return { type: 'pong', t: 0, serverT: 0 };
  }
  joined(): void {}
  request(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
  wake(): void {}

  /** A viewer that has said hello, with what it holds; `socket.bufferedAmount` may be set. */
  join(): { viewer: Viewer; held: Held; socket: { bufferedAmount: number } } {
    const held = new Held();
    const socket = {
      bufferedAmount: 0,
      send: (data: string | Uint8Array) => held.take(data),
      close: () => undefined,
      terminate: () => undefined,
    };
    const viewer = new Viewer(++this.#viewers, socket, this);
    viewer.receive(JSON.stringify({ type: 'hello', magic: 'ESCP', protocol: [1, 1], token: 'x' }));
    return { viewer, held, socket };
  }
}

/** Sends until nothing is left, granting the credit that was used. */
export function settle(viewer: Viewer, held: Held, grant = true): void {
  for (let i = 0; i < 200; i++) {
    const before = held.bytes;
    const more = viewer.pump(Number.POSITIVE_INFINITY);
    const used = held.bytes - before;
    if (grant && used > 0) viewer.receive(JSON.stringify({ type: 'credit', bytes: used }));
    if (!more) return;
  }
}

/** Says what is on the screen. */
export function look(viewer: Viewer, from: number, to: number, width: number, follow = false): void {
  viewer.receive(JSON.stringify({ type: 'view', viewId: 1, from, to, width, tracks: 'all', follow }));
}
