import type { CopyState } from '../../../actors/memory/index.ts';

export interface TextbookShape {
  readonly clusterOf: readonly number[];
  readonly levels: ReadonlyArray<{ readonly sets: number; readonly ways: number }>;
  readonly cluster: { readonly sets: number; readonly ways: number };
}

/** Lists of lines in order of use, most recent first. */
class Lru {
  readonly #rows = new Map<number, number[]>();
  readonly #sets: number;
  readonly #ways: number;

  constructor({ sets, ways }: { readonly sets: number; readonly ways: number }) {
    this.#sets = sets;
    this.#ways = ways;
  }

  #row(line: number): number[] {
    const row = this.#rows.get(line % this.#sets) ?? [];
    this.#rows.set(line % this.#sets, row);
    return row;
  }

  has(line: number): boolean {
    return this.#row(line).includes(line);
  }

  remove(line: number): void {
    const row = this.#row(line);
    if (row.includes(line)) row.splice(row.indexOf(line), 1);
  }

  /** Makes the line the most recent; returns what no longer fits. */
  use(line: number): number | undefined {
    this.remove(line);
    const row = this.#row(line);
    row.unshift(line);
    return row.length > this.#ways ? row.pop() : undefined;
  }
}

/**
 * MOESI among clusters as a textbook draws it: a state for each copy, changed by the rules of a chart of local and remote reads and
 * writes. Slow, and without a directory: copies are asked one by one.
 */
export class TextbookClusters {
  readonly #shape: TextbookShape;
  readonly #levels: Lru[][];
  readonly #clusters: Lru[];
  /** Copies by line: states by holder, cores first, then clusters. */
  readonly #copies = new Map<number, Map<number, CopyState>>();
  readonly ends = new Map<string, number>();
  memoryReads = 0;
  memoryWrites = 0;
  upgrades = 0;
  invalidations = 0;

  constructor(shape: TextbookShape) {
    this.#shape = shape;
    this.#levels = shape.clusterOf.map(() => shape.levels.map((level) => new Lru(level)));
    this.#clusters = Array.from({ length: Math.max(...shape.clusterOf) + 1 }, () => new Lru(shape.cluster));
  }

  state(holder: number, line: number): CopyState {
    return this.#of(line).get(holder) ?? 'I';
  }

  #of(line: number): Map<number, CopyState> {
    const copies = this.#copies.get(line) ?? new Map<number, CopyState>();
    this.#copies.set(line, copies);
    return copies;
  }

  #clusterOfHolder(holder: number): number {
    const { clusterOf } = this.#shape;
    return holder < clusterOf.length ? (clusterOf[holder] as number) : holder - clusterOf.length;
  }

  access(core: number, line: number, write: boolean): string {
    const levels = this.#levels[core] as Lru[];
    const copies = this.#of(line);
    let place = '';
    const level = levels.findIndex((lru) => lru.has(line));
    if (level >= 0) {
      place = `L${level + 1}`;
      levels[level]?.use(line);
      for (let inner = level - 1; inner >= 0; inner--) levels[inner]?.use(line);
    } else {
      place = this.#fetch(core, line, copies);
    }
    if (write) {
      const state = copies.get(core) as CopyState;
      if (level >= 0 && state !== 'M' && state !== 'E') this.upgrades++;
      for (const holder of [...copies.keys()]) if (holder !== core) this.#invalidate(holder, line);
      copies.set(core, 'M');
    }
    if (level < 0)
      for (let inner = levels.length - 1; inner >= 0; inner--) {
        const dropped = levels[inner]?.use(line);
        if (dropped !== undefined && inner === levels.length - 1) this.#evict(core, dropped);
      }
    this.ends.set(place, (this.ends.get(place) ?? 0) + 1);
    return place;
  }

  #fetch(core: number, line: number, copies: Map<number, CopyState>): string {
    const own = this.#shape.clusterOf[core] as number;
    const victim = this.#shape.clusterOf.length + own;
    const inCluster = copies.get(victim);
    if (inCluster !== undefined) {
      this.#clusters[own]?.remove(line);
      copies.delete(victim);
      copies.set(core, inCluster);
      return 'cluster';
    }
    const others = [...copies];
    const dirty = others.find(([, state]) => state === 'M' || state === 'O');
    for (const [holder, state] of others) {
      if (state === 'M') copies.set(holder, 'O');
      if (state === 'E') copies.set(holder, 'S');
    }
    copies.set(core, others.length === 0 ? 'E' : 'S');
    if (others.some(([holder]) => holder < this.#shape.clusterOf.length && this.#clusterOfHolder(holder) === own))
      return 'peer';
    if (dirty !== undefined) return 'remote';
    this.memoryReads++;
    return 'memory';
  }

  #invalidate(holder: number, line: number): void {
    const cores = this.#shape.clusterOf.length;
    if (holder < cores) for (const lru of this.#levels[holder] as Lru[]) lru.remove(line);
    else this.#clusters[holder - cores]?.remove(line);
    this.#of(line).delete(holder);
    this.invalidations++;
  }

  #evict(core: number, line: number): void {
    for (const lru of this.#levels[core] as Lru[]) lru.remove(line);
    const copies = this.#of(line);
    const state = copies.get(core) as CopyState;
    copies.delete(core);
    if (state === 'S') return;
    const cluster = this.#shape.clusterOf[core] as number;
    copies.set(this.#shape.clusterOf.length + cluster, state);
    const dropped = this.#clusters[cluster]?.use(line);
    if (dropped === undefined) return;
    const last = this.#of(dropped);
    const lastState = last.get(this.#shape.clusterOf.length + cluster);
    last.delete(this.#shape.clusterOf.length + cluster);
    if (lastState === 'M' || lastState === 'O') this.memoryWrites++;
  }
}
