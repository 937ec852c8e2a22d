import { saveClass } from '../../engine/kernel/saved-class.ts';
import { memoryErrors } from './errors.ts';
import { LruSets } from './lru-sets.ts';

/** Sets and ways of one cache of a level. */
export interface ClusterLevel {
  readonly sets: number;
  readonly ways: number;
}

/** Caches of a processor whose cores form clusters: private levels, one cache for each cluster, memory. */
export interface ClusterCachesSpec {
  /** Cluster of each core, numbered from 0. */
  readonly clusterOf: readonly number[];
  /** Private levels, innermost first; each contains the ones inside it. */
  readonly levels: readonly ClusterLevel[];
  /** The cache of a cluster. */
  readonly cluster: ClusterLevel;
  /** Lines are whole numbers below this. */
  readonly lines: number;
}

/** State of one holder's copy of a line: modified, owned (dirty, shared), exclusive, shared, invalid. */
export type CopyState = 'M' | 'O' | 'E' | 'S' | 'I';

/** Who else had to be told about a write: nobody, cores of the writer's cluster only, others too. */
export const reach = { none: 0, cluster: 1, beyond: 2 } as const;

/** Counts since the caches were made or `resetCounts`. */
export interface ClusterCacheCounts {
  /** Accesses that ended at each place, as `ClusterCaches.places` names them. */
  readonly ends: readonly number[];
  readonly memoryReads: number;
  /** Dirty lines that left their cluster's cache. */
  readonly memoryWrites: number;
  /** Writes to a line that was held but not alone. */
  readonly upgrades: number;
  /** Copies dropped because another core wrote. */
  readonly invalidations: number;
}

const EXCLUSIVE = 1;
const DIRTY = 2;
const HOLDER = 2;

/**
 * Private caches of many cores, a cache for each cluster of cores that takes what they drop (a victim cache: a hit moves the line
 * back inwards), and a directory that keeps all copies coherent by MOESI. True LRU, write-back, write-allocate.
 *
 * A read finds its line in: the core's own levels, its cluster's cache, another core of the cluster, a dirty copy in another
 * cluster, memory; clean copies of other clusters do not supply. A write ends with the writer as the only holder. What a core drops
 * goes to its cluster's cache when it is modified, owned or exclusive; a shared copy vanishes. Throws CACHE_SHAPE.
 */
export class ClusterCaches {
  /** Names of the places where an access can end, in the order of the numbers `access` returns. */
  readonly places: readonly string[];
  readonly cores: number;
  readonly clusters: number;
  readonly lines: number;
  /** Cluster of the holder that supplied the last line from another cluster. */
  supplier = 0;
  readonly #spec: ClusterCachesSpec;
  readonly #depth: number;
  readonly #clusterOf: Int32Array;
  /** Levels of core c at c * depth to (c + 1) * depth - 1. */
  #private: readonly LruSets[];
  #shared: readonly LruSets[];
  /** For each line: holder and flags (holder + 1) * 4 + dirty * 2 + exclusive, a bit for each core, a bit for each cluster's cache. */
  readonly #directory: Int32Array;
  readonly #coreWords: number;
  readonly #stride: number;
  readonly #ends: Float64Array;
  #memoryReads = 0;
  #memoryWrites = 0;
  #upgrades = 0;
  #invalidations = 0;
  /** `reach` of the write under way. */
  #reach = 0;

  constructor(spec: ClusterCachesSpec) {
    const { clusterOf, levels, cluster, lines } = spec;
    const refuse = (what: string, value: unknown, expected: string): never => {
      throw memoryErrors.create('CACHE_SHAPE', { what, value, expected });
    };
    if (levels.length === 0) refuse('levels', 'none', 'at least one private level');
    if (clusterOf.length === 0) refuse('cores', 0, 'at least one');
    if (!clusterOf.every((own) => Number.isSafeInteger(own) && own >= 0 && own < clusterOf.length))
      refuse('clusterOf', clusterOf.join(' '), 'a cluster from 0 for each core, at most as many as cores');
    if (!(Number.isSafeInteger(lines) && lines >= 1 && lines < 2 ** 31)) refuse('lines', lines, '1 to 2^31 - 1');
    this.#spec = spec;
    this.cores = clusterOf.length;
    this.clusters = Math.max(...clusterOf) + 1;
    this.lines = lines;
    this.#depth = levels.length;
    this.#clusterOf = Int32Array.from(clusterOf);
    this.#private = clusterOf.flatMap(() => levels.map((level) => new LruSets(level)));
    this.#shared = Array.from({ length: this.clusters }, () => new LruSets(cluster));
    this.#coreWords = Math.ceil(this.cores / 32);
    this.#stride = 1 + this.#coreWords + Math.ceil(this.clusters / 32);
    this.#directory = new Int32Array(lines * this.#stride);
    this.places = [...levels.map((_, i) => `L${i + 1}`), 'cluster', 'peer', 'remote', 'memory'];
    this.#ends = new Float64Array(this.places.length);
  }

  static {
    saveClass(
      ClusterCaches,
      'memory.ClusterCaches',
      (caches) => caches.state(),
      (data) => new ClusterCaches(data.spec).#restore(data),
      (caches, data) => void caches.#restore(data),
    );
  }

  /** @internal */
  state() {
    return {
      spec: this.#spec,
      own: this.#private,
      shared: this.#shared,
      directory: this.#directory,
      ends: this.#ends,
      supplier: this.supplier,
      counts: [this.#memoryReads, this.#memoryWrites, this.#upgrades, this.#invalidations] as const,
    };
  }

  #restore(data: ReturnType<ClusterCaches['state']>): this {
    this.#private = data.own;
    this.#shared = data.shared;
    this.#directory.set(data.directory);
    this.#ends.set(data.ends);
    this.supplier = data.supplier;
    [this.#memoryReads, this.#memoryWrites, this.#upgrades, this.#invalidations] = data.counts;
    return this;
  }

  /** Bytes that the directory of such caches takes. */
  static directoryBytes(cores: number, clusters: number, lines: number): number {
    return 4 * lines * (1 + Math.ceil(cores / 32) + Math.ceil(clusters / 32));
  }

  /**
   * Reads or writes `line`, below `lines`, from `core` and brings it into the innermost level. Returns place + 16 * reach: the place
   * that supplied it, an index into `places`, and how far a write was heard.
   */
  access(core: number, line: number, write: boolean): number {
    const first = this.#private[core * this.#depth]!;
    if (!first.use(line)) return this.#miss(core, line, write);
    this.#ends[0]!++;
    return write ? this.#claim(core, line) << 4 : 0;
  }

  counts(): ClusterCacheCounts {
    return {
      ends: [...this.#ends],
      memoryReads: this.#memoryReads,
      memoryWrites: this.#memoryWrites,
      upgrades: this.#upgrades,
      invalidations: this.#invalidations,
    };
  }

  /** Dirty lines written to memory so far. */
  get memoryWrites(): number {
    return this.#memoryWrites;
  }

  /** Forgets counts, keeps contents: the end of a warm-up. */
  resetCounts(): void {
    this.#ends.fill(0);
    this.#memoryReads = 0;
    this.#memoryWrites = 0;
    this.#upgrades = 0;
    this.#invalidations = 0;
  }

  /** State of the copy in the private levels of `core`. */
  stateOf(core: number, line: number): CopyState {
    return this.#state(line, core, 1 + (core >>> 5), core & 31);
  }

  /** State of the copy in the cache of `cluster`. */
  clusterStateOf(cluster: number, line: number): CopyState {
    return this.#state(line, this.cores + cluster, 1 + this.#coreWords + (cluster >>> 5), cluster & 31);
  }

  /** Whether level `level` of `core` holds the line. */
  isIn(core: number, level: number, line: number): boolean {
    return this.#private[core * this.#depth + level]!.has(line);
  }

  /** Whether the cache of `cluster` holds the line. */
  isInCluster(cluster: number, line: number): boolean {
    return this.#shared[cluster]!.has(line);
  }

  #state(line: number, holder: number, word: number, bit: number): CopyState {
    const at = line * this.#stride;
    if ((this.#directory[at + word]! & (1 << bit)) === 0) return 'I';
    const flags = this.#directory[at]!;
    if (flags >> HOLDER !== holder + 1) return 'S';
    if ((flags & DIRTY) === 0) return 'E';
    return (flags & EXCLUSIVE) === 0 ? 'O' : 'M';
  }

  #miss(core: number, line: number, write: boolean): number {
    const depth = this.#depth;
    const base = core * depth;
    for (let level = 1; level < depth; level++) {
      if (!this.#private[base + level]!.use(line)) continue;
      this.#ends[level]!++;
      for (let inner = level - 1; inner >= 0; inner--) this.#fill(core, inner, line);
      return level | (write ? this.#claim(core, line) << 4 : 0);
    }
    const place = this.#fetch(core, line);
    this.#ends[place]!++;
    const word = line * this.#stride + 1 + (core >>> 5);
    this.#directory[word] = this.#directory[word]! | (1 << (core & 31));
    let told = 0;
    if (write) {
      told = this.#invalidateOthers(core, line);
      this.#directory[line * this.#stride] = ((core + 1) << HOLDER) | DIRTY | EXCLUSIVE;
    }
    for (let level = depth - 1; level >= 0; level--) this.#fill(core, level, line);
    return place | (told << 4);
  }

  /** Takes the line from where it is found; returns the place. Leaves the new holder in the directory. */
  #fetch(core: number, line: number): number {
    const directory = this.#directory;
    const at = line * this.#stride;
    const cluster = this.#clusterOf[core]!;
    const flags = directory[at]!;
    const shared = at + 1 + this.#coreWords + (cluster >>> 5);
    if ((directory[shared]! & (1 << (cluster & 31))) !== 0) {
      this.#shared[cluster]!.remove(line);
      directory[shared] = directory[shared]! & ~(1 << (cluster & 31));
      if (flags >> HOLDER === this.cores + cluster + 1)
        directory[at] = ((core + 1) << HOLDER) | (flags & (DIRTY | EXCLUSIVE));
      return this.#depth;
    }
    let isHeld = false;
    for (let word = at + 1; word < at + this.#stride; word++) if (directory[word] !== 0) isHeld = true;
    if (!isHeld) {
      this.#memoryReads++;
      directory[at] = ((core + 1) << HOLDER) | EXCLUSIVE;
      return this.#depth + 3;
    }
    // The holder of an exclusive copy keeps it as owner when it is dirty, else as one of many.
    directory[at] = (flags & DIRTY) === 0 ? 0 : flags & ~EXCLUSIVE;
    if (this.#hasPeer(at, cluster)) return this.#depth + 1;
    if ((flags & DIRTY) !== 0) {
      const holder = (flags >> HOLDER) - 1;
      this.supplier = holder < this.cores ? this.#clusterOf[holder]! : holder - this.cores;
      return this.#depth + 2;
    }
    this.#memoryReads++;
    return this.#depth + 3;
  }

  /** Whether a core of `cluster` holds the line whose directory entry is at `at`. */
  #hasPeer(at: number, cluster: number): boolean {
    for (let word = 0; word < this.#coreWords; word++)
      for (let rest = this.#directory[at + 1 + word]!; rest !== 0; rest &= rest - 1)
        if (this.#clusterOf[word * 32 + 31 - Math.clz32(rest & -rest)] === cluster) return true;
    return false;
  }

  /** Makes `core`, which holds the line, its only holder; returns how far that was heard. */
  #claim(core: number, line: number): number {
    const at = line * this.#stride;
    const flags = this.#directory[at]!;
    const alone = ((core + 1) << HOLDER) | EXCLUSIVE;
    if ((flags | DIRTY) === (alone | DIRTY)) {
      this.#directory[at] = alone | DIRTY;
      return reach.none;
    }
    this.#upgrades++;
    const told = this.#invalidateOthers(core, line);
    this.#directory[at] = alone | DIRTY;
    // A copy that once was shared asks the directory beyond the cluster, though nobody else has one by now.
    return told === reach.none ? reach.beyond : told;
  }

  /** Drops every other copy; returns how far they were. */
  #invalidateOthers(core: number, line: number): number {
    const directory = this.#directory;
    const at = line * this.#stride;
    const own = this.#clusterOf[core]!;
    this.#reach = reach.none;
    for (let word = 0; word < this.#coreWords; word++) {
      for (let rest = directory[at + 1 + word]!; rest !== 0; rest &= rest - 1) {
        const other = word * 32 + 31 - Math.clz32(rest & -rest);
        if (other === core) continue;
        for (let level = 0; level < this.#depth; level++) this.#private[other * this.#depth + level]!.remove(line);
        this.#told(this.#clusterOf[other]! === own);
      }
      directory[at + 1 + word] = word === core >>> 5 ? directory[at + 1 + word]! & (1 << (core & 31)) : 0;
    }
    for (let word = 1 + this.#coreWords; word < this.#stride; word++) {
      for (let rest = directory[at + word]!; rest !== 0; rest &= rest - 1) {
        const cluster = (word - 1 - this.#coreWords) * 32 + 31 - Math.clz32(rest & -rest);
        this.#shared[cluster]!.remove(line);
        this.#told(cluster === own);
      }
      directory[at + word] = 0;
    }
    return this.#reach;
  }

  #told(near: boolean): void {
    this.#invalidations++;
    if (!near) this.#reach = reach.beyond;
    else if (this.#reach === reach.none) this.#reach = reach.cluster;
  }

  #fill(core: number, level: number, line: number): void {
    const base = core * this.#depth;
    const dropped = this.#private[base + level]!.add(line);
    if (dropped < 0 || level < this.#depth - 1) return;
    for (let inner = 0; inner < level; inner++) this.#private[base + inner]!.remove(dropped);
    const at = dropped * this.#stride;
    const word = at + 1 + (core >>> 5);
    this.#directory[word] = this.#directory[word]! & ~(1 << (core & 31));
    const flags = this.#directory[at]!;
    if (flags >> HOLDER === core + 1) this.#handOver(this.#clusterOf[core]!, dropped, flags & (DIRTY | EXCLUSIVE));
  }

  /** Puts a line that a core of the cluster dropped into the cluster's cache, which becomes its holder. */
  #handOver(cluster: number, line: number, flags: number): void {
    const directory = this.#directory;
    directory[line * this.#stride] = ((this.cores + cluster + 1) << HOLDER) | flags;
    const bits = 1 + this.#coreWords + (cluster >>> 5);
    const bit = 1 << (cluster & 31);
    const dropped = this.#shared[cluster]!.add(line);
    directory[line * this.#stride + bits] = directory[line * this.#stride + bits]! | bit;
    if (dropped < 0) return;
    const at = dropped * this.#stride;
    directory[at + bits] = directory[at + bits]! & ~bit;
    if (directory[at]! >> HOLDER !== this.cores + cluster + 1) return;
    if ((directory[at]! & DIRTY) !== 0) this.#memoryWrites++;
    directory[at] = 0;
  }
}
