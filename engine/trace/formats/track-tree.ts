import type { TraceTrack } from './trace-sink.ts';

/** The tracks declared so far, with their paths. A parent that does not exist, or a cycle, ends a path. */
export class TrackTree {
  readonly #tracks = new Map<number, TraceTrack>();

  add(track: TraceTrack): void {
    this.#tracks.set(track.id, track);
  }

  get(id: number): TraceTrack | undefined {
    return this.#tracks.get(id);
  }

  /** The track of the top level that `id` belongs to: itself when it has no parent. */
  root(id: number): number {
    return this.#ancestors(id).at(-1) ?? id;
  }

  /** Names from the top level down, joined by `/`; with `below`, without the name of the top level. */
  path(id: number, below = false): string {
    const ids = this.#ancestors(id).reverse();
    const names = (below && ids.length > 1 ? ids.slice(1) : ids).map(
      (one) => this.#tracks.get(one)?.name ?? `track ${one}`,
    );
    return names.join('/');
  }

  #ancestors(id: number): number[] {
    const found: number[] = [];
    for (let at: number | undefined = id; at !== undefined && found.length < 100; at = this.#tracks.get(at)?.parent) {
      if (found.includes(at)) break;
      if (found.length > 0 && !this.#tracks.has(at)) break;
      found.push(at);
    }
    return found;
  }
}
