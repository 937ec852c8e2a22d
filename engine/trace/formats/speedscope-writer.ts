import { type EventDetails, type TraceSink, type TraceTrack, waitCategory } from './trace-sink.ts';
import { TrackTree } from './track-tree.ts';

/** How a speedscope file is written. */
export interface SpeedscopeOptions {
  /** Takes the text piece by piece, in order. */
  readonly write: (text: string) => void;
  /** Length of a tick of the times given; 1 by default. */
  readonly picosecondsPerTick?: number;
  /** Shown as the name of the file. */
  readonly title?: string;
}

/** The events of one track: `frame + 1` for an open, its negative for a close, and nanoseconds. */
interface Profile {
  readonly track: number;
  readonly marks: number[];
  readonly times: number[];
  readonly stack: number[];
}

/**
 * Writes speedscope JSON: one evented profile for each track with slices, waits shown as `wait: cause`. Everything is kept until `finish`,
 * since a profile's events stand together. Counters, instants and flows have no place in the format.
 */
export class SpeedscopeWriter implements TraceSink {
  readonly #options: SpeedscopeOptions;
  readonly #perTick: number;
  readonly #tree = new TrackTree();
  readonly #profiles = new Map<number, Profile>();
  readonly #frames = new Map<string, number>();

  constructor(options: SpeedscopeOptions) {
    this.#options = options;
    this.#perTick = options.picosecondsPerTick ?? 1;
  }

  track(track: TraceTrack): void {
    this.#tree.add(track);
  }

  begin(at: number, track: number, category: string, name: string, _details?: EventDetails): void {
    let profile = this.#profiles.get(track);
    if (profile === undefined) {
      profile = { track, marks: [], times: [], stack: [] };
      this.#profiles.set(track, profile);
    }
    const text = category === waitCategory ? `wait: ${name}` : name === '' ? category || 'task' : name;
    let frame = this.#frames.get(text);
    if (frame === undefined) {
      frame = this.#frames.size;
      this.#frames.set(text, frame);
    }
    profile.stack.push(frame);
    profile.marks.push(frame + 1);
    profile.times.push(this.#nanoseconds(at));
  }

  end(at: number, track: number): void {
    const profile = this.#profiles.get(track);
    const frame = profile?.stack.pop();
    if (profile === undefined || frame === undefined) return;
    profile.marks.push(-frame - 1);
    profile.times.push(this.#nanoseconds(at));
  }

  instant(): void {}

  counter(): void {}

  finish(): void {
    const { write, title } = this.#options;
    write('{"$schema":"https://www.speedscope.app/file-format-schema.json","shared":{"frames":[');
    write([...this.#frames.keys()].map((name) => `{"name":${JSON.stringify(name)}}`).join(','));
    write(']},"profiles":[');
    let first = true;
    for (const profile of this.#profiles.values()) {
      const { marks, times } = profile;
      const end = times.at(-1) ?? 0;
      const name = JSON.stringify(this.#tree.path(profile.track));
      write(
        `${first ? '' : ','}\n{"type":"evented","name":${name},"unit":"nanoseconds","startValue":0,"endValue":${end},"events":[`,
      );
      first = false;
      for (let i = 0; i < marks.length; i++) {
        const mark = marks[i]!;
        write(`${i === 0 ? '' : ','}{"type":"${mark > 0 ? 'O' : 'C'}","frame":${Math.abs(mark) - 1},"at":${times[i]}}`);
      }
      for (let frame = profile.stack.pop(); frame !== undefined; frame = profile.stack.pop())
        write(`,{"type":"C","frame":${frame},"at":${end}}`);
      write(']}');
    }
    write(`]${title === undefined ? '' : `,"name":${JSON.stringify(title)}`},"exporter":"escapement"}\n`);
  }

  #nanoseconds(at: number): number {
    const picoseconds = at * this.#perTick;
    return (picoseconds - (picoseconds % 1000)) / 1000;
  }
}
