import { saveClass } from '../../engine/kernel/saved-class.ts';
import { CacheArray, DIRTY, LINES } from './cache-array.ts';
import { CacheDirectory } from './cache-directory.ts';
import { type CacheHierarchySpec, checkHierarchy, setsOf } from './cache-spec.ts';
import { memoryErrors } from './errors.ts';

/** Counts of one level, over all its caches. */
export interface CacheLevelCounts {
  readonly name: string;
  readonly reads: number;
  readonly writes: number;
  readonly readMisses: number;
  readonly writeMisses: number;
  /** Lines dropped for others. */
  readonly evictions: number;
  /** Dropped lines that were dirty. */
  readonly writeBacks: number;
}

/** Counts of a hierarchy since it was made or `resetCounts`. */
export interface CacheCounts {
  readonly levels: readonly CacheLevelCounts[];
  /** Sectors read from memory. */
  readonly memoryReads: number;
  /** Sectors written to memory. */
  readonly memoryWrites: number;
  /** Modified lines fetched from another core. */
  readonly transfers: number;
  /** Writes to lines that others held too. */
  readonly upgrades: number;
  /** Copies dropped because another core wrote. */
  readonly invalidations: number;
}

/** A copy's state as one core sees it. */
export type LineState = 'M' | 'E' | 'S' | 'I';

/**
 * A hierarchy of set-associative caches, simulated line by line: private levels for each core, kept coherent by a directory, at most
 * one shared level in one or several parts, memory. Write-back with write-allocate. Throws CACHE_SHAPE.
 *
 * With several parts a line lives in one of them: it is brought in near the core that misses, what falls out there moves to the next
 * part, and a hit in another part moves the line near.
 */
export class CacheHierarchy {
  /** Names of the places where an access can end; `access` returns an index. */
  readonly places: readonly string[];
  /** Cycles of an access that ends at each place. */
  readonly latencies: Float64Array;
  readonly #lineBytes: number;
  readonly #linesPerByte: number;
  readonly #sectorsPerByte: number;
  readonly #sectorsPerLine: number;
  readonly #depth: number;
  /** Private caches of core c at c * depth to (c + 1) * depth - 1. */
  #private: readonly CacheArray[];
  #shared: readonly CacheArray[];
  readonly #spec: CacheHierarchySpec;
  readonly #near: Int32Array;
  readonly #inclusive: readonly boolean[];
  readonly #exclusive: readonly boolean[];
  readonly #writeBack: boolean;
  #directory: CacheDirectory | undefined;
  readonly #names: readonly string[];
  readonly #accesses = new Float64Array(2);
  /** Read misses and write misses of each level, the shared one last. */
  readonly #misses: Float64Array;
  readonly #evictions: Float64Array;
  readonly #writeBacks: Float64Array;
  readonly #events = { memoryReads: 0, memoryWrites: 0, transfers: 0, upgrades: 0, invalidations: 0 };
  /** Mask of the sectors that come along with the line being fetched. */
  #carried = 0;

  constructor(spec: CacheHierarchySpec) {
    checkHierarchy(spec);
    this.#spec = spec;
    const { line, sector = line, cores = 1, levels, shared } = spec;
    const partitions = shared === undefined ? 0 : (shared.partitions ?? 1);
    this.#lineBytes = line;
    this.#linesPerByte = 1 / line;
    this.#sectorsPerByte = 1 / sector;
    this.#sectorsPerLine = line / sector;
    this.#depth = levels.length;
    const make = (level: (typeof levels)[number], salt: number) => {
      const { replacement, ways } = level;
      const seeded =
        replacement?.kind === 'random' ? { kind: replacement.kind, seed: replacement.seed + salt } : replacement;
      return new CacheArray({
        sets: setsOf(level, line),
        ways,
        ...(seeded === undefined ? {} : { replacement: seeded }),
      });
    };
    this.#private = Array.from({ length: cores }, (_, core) => levels.map((level) => make(level, core))).flat();
    this.#shared = shared === undefined ? [] : Array.from({ length: partitions }, (_, part) => make(shared, part));
    this.#near = Int32Array.from({ length: cores }, (_, core) => Math.floor((core * partitions) / cores));
    const all = shared === undefined ? levels : [...levels, shared];
    this.#inclusive = all.map(({ inclusion }) => inclusion === 'inclusive');
    this.#exclusive = all.map(({ inclusion }) => inclusion === 'exclusive');
    this.#writeBack = spec.writeBack ?? true;
    const held = cores * levels.reduce((sum, level) => sum + level.size / line, 0);
    this.#directory = (spec.coherent ?? cores > 1) ? new CacheDirectory(cores, held) : undefined;
    this.#names = all.map(({ name }) => name);
    this.#misses = new Float64Array(2 * all.length);
    this.#evictions = new Float64Array(all.length);
    this.#writeBacks = new Float64Array(all.length);
    const transfer = spec.transferLatency ?? spec.memoryLatency;
    const ends: ReadonlyArray<readonly [string, number]> = [
      ...levels.map(({ name, latency }) => [name, latency] as const),
      [shared?.name ?? 'none', shared?.latency ?? Number.NaN],
      [`${shared?.name ?? 'none'} far`, shared?.farLatency ?? Number.NaN],
      ['memory', spec.memoryLatency],
      ['transfer', transfer],
      ['upgrade', shared?.latency ?? spec.memoryLatency],
    ];
    this.places = ends.map(([name]) => name);
    this.latencies = Float64Array.from(ends, ([, cycles]) => cycles);
  }

  static {
    saveClass(
      CacheHierarchy,
      'memory.CacheHierarchy',
      (caches) => caches.state(),
      (data) => new CacheHierarchy(data.spec).#restore(data),
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
      accesses: this.#accesses,
      misses: this.#misses,
      evictions: this.#evictions,
      writeBacks: this.#writeBacks,
      events: { ...this.#events },
      carried: this.#carried,
    };
  }

  #restore(data: ReturnType<CacheHierarchy['state']>): this {
    this.#private = data.own;
    this.#shared = data.shared;
    this.#directory = data.directory;
    this.#accesses.set(data.accesses);
    this.#misses.set(data.misses);
    this.#evictions.set(data.evictions);
    this.#writeBacks.set(data.writeBacks);
    Object.assign(this.#events, data.events);
    this.#carried = data.carried;
    return this;
  }

  /** Reads or writes one sector from `core`, bringing it into the innermost level; returns the place that supplied it, an index into `places`. */
  access(core: number, address: number, write = false): number {
    const line = Math.floor(address * this.#linesPerByte);
    if (!(line >= 0 && line < LINES)) this.#refuse(address);
    const bit =
      this.#sectorsPerLine === 1 ? 1 : 1 << (Math.floor(address * this.#sectorsPerByte) - line * this.#sectorsPerLine);
    this.#accesses[write ? 1 : 0]!++;
    const first = this.#private[core * this.#depth]!;
    const slot = first.find(line);
    if (slot < 0) return this.#miss(core, line, bit, write);
    const mask = first.maskAt(slot);
    if ((mask & bit) === 0) return this.#miss(core, line, bit, write);
    first.touch(slot);
    if (!write || (mask & (bit * DIRTY)) !== 0) return 0;
    if (this.#writeBack) first.setMask(slot, mask | (bit * DIRTY));
    return this.#directory === undefined || !this.#claim(core, line) ? 0 : this.#depth + 4;
  }

  /** Reads or writes `size` bytes, sector by sector; returns the farthest place. */
  accessRange(core: number, address: number, size: number, write = false): number {
    const step = 1 / this.#sectorsPerByte;
    let farthest = this.access(core, address, write);
    for (let at = (Math.floor(address / step) + 1) * step; at < address + size; at += step) {
      const place = this.access(core, at, write);
      if (this.latencies[place]! > this.latencies[farthest]!) farthest = place;
    }
    return farthest;
  }

  /** State of the line at `address` in the private caches of `core`. */
  stateOf(core: number, address: number): LineState {
    const line = Math.floor(address / this.#lineBytes);
    let found = false;
    for (let level = 0; level < this.#depth; level++) {
      const array = this.#private[core * this.#depth + level]!;
      const slot = array.find(line);
      if (slot < 0) continue;
      if (array.maskAt(slot) >= DIRTY) return 'M';
      found = true;
    }
    if (!found) return 'I';
    const directory = this.#directory;
    if (directory === undefined) return 'E';
    const entry = directory.find(line);
    return entry >= 0 && directory.owner(entry) === core ? 'E' : 'S';
  }

  /** Level that holds the line at `address` for `core`, innermost first; -1 when only memory does. */
  levelOf(core: number, address: number): number {
    const line = Math.floor(address / this.#lineBytes);
    for (let level = 0; level < this.#depth; level++)
      if (this.#private[core * this.#depth + level]!.find(line) >= 0) return level;
    return this.#shared.some((array) => array.find(line) >= 0) ? this.#depth : -1;
  }

  counts(): CacheCounts {
    let reads = this.#accesses[0]!;
    let writes = this.#accesses[1]!;
    const levels = this.#names.map((name, level) => {
      const readMisses = this.#misses[2 * level]!;
      const writeMisses = this.#misses[2 * level + 1]!;
      const counted = {
        name,
        reads,
        writes,
        readMisses,
        writeMisses,
        evictions: this.#evictions[level]!,
        writeBacks: this.#writeBacks[level]!,
      };
      reads = readMisses;
      writes = writeMisses;
      return counted;
    });
    return { levels, ...this.#events };
  }

  /** Forgets counts, keeps contents: the end of a warm-up. */
  resetCounts(): void {
    for (const counts of [this.#accesses, this.#misses, this.#evictions, this.#writeBacks]) counts.fill(0);
    Object.assign(this.#events, { memoryReads: 0, memoryWrites: 0, transfers: 0, upgrades: 0, invalidations: 0 });
  }

  #refuse(address: number): never {
    throw memoryErrors.create('CACHE_STREAM', {
      what: 'address',
      value: address,
      expected: `from 0 to below ${LINES * this.#lineBytes}: subtract where the region begins`,
    });
  }

  #miss(core: number, line: number, bit: number, write: boolean): number {
    const depth = this.#depth;
    const base = core * depth;
    const kind = write ? 1 : 0;
    this.#misses[kind]!++;
    this.#carried = bit;
    let place = 1;
    for (; place < depth; place++) {
      const array = this.#private[base + place]!;
      const slot = array.find(line);
      if (slot >= 0 && (array.maskAt(slot) & bit) !== 0) {
        if (this.#exclusive[place]) this.#take(array, slot);
        else array.touch(slot);
        break;
      }
      this.#misses[2 * place + kind]!++;
    }
    let end = place;
    if (place === depth) end = this.#fetch(core, line, bit, kind);
    else if (write && this.#directory !== undefined && this.#claim(core, line)) end = depth + 4;
    let mask = this.#carried;
    for (let level = place - 1; level > 0; level--)
      if (!this.#exclusive[level]) this.#fill(core, level, line, mask & (DIRTY - 1));
    if (write && this.#writeBack) mask |= bit * DIRTY;
    this.#fill(core, 0, line, mask);
    if (place === depth && this.#directory !== undefined) this.#register(this.#directory, core, line, write);
    return end;
  }

  /** Takes a line out of a cache that hands it inwards. */
  #take(array: CacheArray, slot: number): void {
    this.#carried |= array.maskAt(slot);
    array.clear(slot);
  }

  /** Finds a sector outside the private caches of `core`; returns the place. */
  #fetch(core: number, line: number, bit: number, kind: number): number {
    const depth = this.#depth;
    const directory = this.#directory;
    if (directory !== undefined && this.#askOthers(directory, core, line, kind === 1)) return depth + 3;
    if (this.#shared.length === 0) {
      this.#events.memoryReads++;
      return depth + 2;
    }
    const near = this.#near[core]!;
    const array = this.#shared[near]!;
    const slot = array.find(line);
    if (slot >= 0 && (array.maskAt(slot) & bit) !== 0) {
      if (this.#exclusive[depth]) this.#take(array, slot);
      else array.touch(slot);
      return depth;
    }
    for (let step = 1; step < this.#shared.length; step++) {
      const far = this.#shared[(near + step) % this.#shared.length]!;
      const there = far.find(line);
      if (there < 0) continue;
      const mask = far.maskAt(there);
      far.clear(there);
      if (this.#exclusive[depth]) this.#carried |= mask;
      else this.#fillShared(near, line, mask);
      if ((mask & bit) !== 0) return depth + 1;
    }
    this.#misses[2 * depth + kind]!++;
    this.#events.memoryReads++;
    if (!this.#exclusive[depth]) this.#fillShared(near, line, bit);
    return depth + 2;
  }

  /** Brings a line into a private cache, or adds sectors to it. */
  #fill(core: number, level: number, line: number, mask: number): void {
    const array = this.#private[core * this.#depth + level]!;
    if (this.#sectorsPerLine > 1 && this.#add(array, line, mask, true)) return;
    const slot = array.victim(line);
    const dropped = array.lineAt(slot);
    const droppedMask = array.maskAt(slot);
    array.put(slot, line, mask);
    if (dropped >= 0) this.#evict(core, level, dropped, droppedMask);
  }

  /** Adds sectors to a line if the cache holds it; arrivals from inside are no use of it. */
  #add(array: CacheArray, line: number, mask: number, isUse: boolean): boolean {
    const slot = array.find(line);
    if (slot < 0) return false;
    array.setMask(slot, array.maskAt(slot) | mask);
    if (isUse) array.touch(slot);
    return true;
  }

  /** Hands a line that fell out of a private cache to the next level where that wants it. */
  #evict(core: number, level: number, line: number, mask: number): void {
    const base = core * this.#depth;
    this.#evictions[level]!++;
    let left = mask;
    if (this.#inclusive[level])
      for (let inner = 0; inner < level; inner++) left |= this.#drop(this.#private[base + inner]!, line);
    if (left >= DIRTY) this.#writeBacks[level]!++;
    const next = level + 1;
    if (next < this.#depth) {
      if ((left >= DIRTY || this.#exclusive[next]) && !this.#add(this.#private[base + next]!, line, left, false))
        this.#fill(core, next, line, left);
    } else if (this.#shared.length > 0) {
      if (left >= DIRTY || this.#exclusive[next]) this.#acceptShared(this.#near[core]!, line, left);
    } else this.#events.memoryWrites += dirtySectors(left);
    const directory = this.#directory;
    if (directory !== undefined && !this.#holds(core, line)) directory.remove(line, core);
  }

  #acceptShared(near: number, line: number, mask: number): void {
    for (let step = 0; step < this.#shared.length; step++)
      if (this.#add(this.#shared[(near + step) % this.#shared.length]!, line, mask, false)) return;
    this.#fillShared(near, line, mask);
  }

  /** Brings a line into the near part; what falls out there moves to the next part, what falls out of that leaves. */
  #fillShared(near: number, line: number, mask: number): void {
    const array = this.#shared[near]!;
    if (this.#sectorsPerLine > 1 && this.#add(array, line, mask, true)) return;
    const slot = array.victim(line);
    let dropped = array.lineAt(slot);
    let droppedMask = array.maskAt(slot);
    array.put(slot, line, mask);
    if (dropped < 0) return;
    if (this.#shared.length > 1) {
      const next = this.#shared[(near + 1) % this.#shared.length]!;
      const there = next.victim(dropped);
      const last = next.lineAt(there);
      const lastMask = next.maskAt(there);
      next.put(there, dropped, droppedMask);
      if (last < 0) return;
      dropped = last;
      droppedMask = lastMask;
    }
    this.#evictShared(dropped, droppedMask);
  }

  #evictShared(line: number, mask: number): void {
    const depth = this.#depth;
    this.#evictions[depth]!++;
    let left = mask;
    if (this.#inclusive[depth])
      for (let core = 0; core * depth < this.#private.length; core++) left |= this.#dropCopies(core, line);
    if (left < DIRTY) return;
    this.#writeBacks[depth]!++;
    this.#events.memoryWrites += dirtySectors(left);
  }

  /** Removes a line from one cache; returns its mask. */
  #drop(array: CacheArray, line: number): number {
    const slot = array.find(line);
    if (slot < 0) return 0;
    const mask = array.maskAt(slot);
    array.clear(slot);
    return mask;
  }

  /** Removes a line from all private caches of a core; returns its mask. */
  #dropCopies(core: number, line: number): number {
    const directory = this.#directory;
    if (directory !== undefined) {
      const entry = directory.find(line);
      if (entry < 0 || !directory.holds(entry, core)) return 0;
    }
    let mask = 0;
    for (let level = 0; level < this.#depth; level++)
      mask |= this.#drop(this.#private[core * this.#depth + level]!, line);
    directory?.remove(line, core);
    return mask;
  }

  #holds(core: number, line: number): boolean {
    for (let level = 0; level < this.#depth; level++)
      if (this.#private[core * this.#depth + level]!.find(line) >= 0) return true;
    return false;
  }

  /** Makes `core`, which holds the line, its only holder; whether that took a message. */
  #claim(core: number, line: number): boolean {
    const directory = this.#directory as CacheDirectory;
    const entry = directory.entry(line);
    if (directory.owner(entry) === core) return false;
    this.#events.upgrades++;
    this.#invalidateOthers(directory, core, line);
    directory.setOwner(directory.entry(line), core);
    return true;
  }

  /** Drops every other copy; returns the dirty sectors among them. */
  #invalidateOthers(directory: CacheDirectory, core: number, line: number): number {
    let mask = 0;
    for (let other = 0; other * this.#depth < this.#private.length; other++) {
      if (other === core) continue;
      const entry = directory.find(line);
      if (entry < 0) break;
      if (!directory.holds(entry, other)) continue;
      mask |= this.#dropCopies(other, line);
      this.#events.invalidations++;
    }
    return mask & ~(DIRTY - 1);
  }

  /** Deals with copies of other cores before a fetch; whether one of them supplies the data. */
  #askOthers(directory: CacheDirectory, core: number, line: number, write: boolean): boolean {
    const entry = directory.find(line);
    if (entry < 0 || directory.isAlone(entry, core)) return false;
    if (write) {
      const dirty = this.#invalidateOthers(directory, core, line);
      if (dirty === 0) return false;
      this.#events.transfers++;
      this.#carried |= dirty | (dirty / DIRTY);
      return true;
    }
    const owner = directory.owner(entry);
    if (owner < 0) return false;
    directory.setOwner(entry, -1);
    let dirty = 0;
    for (let level = 0; level < this.#depth; level++) {
      const array = this.#private[owner * this.#depth + level]!;
      const slot = array.find(line);
      if (slot < 0) continue;
      dirty |= array.maskAt(slot) & ~(DIRTY - 1);
      array.setMask(slot, array.maskAt(slot) & (DIRTY - 1));
    }
    if (dirty === 0) return false;
    this.#events.transfers++;
    if (this.#shared.length > 0) this.#acceptShared(this.#near[core]!, line, dirty | (dirty / DIRTY));
    else this.#events.memoryWrites += dirtySectors(dirty);
    return true;
  }

  #register(directory: CacheDirectory, core: number, line: number, write: boolean): void {
    const entry = directory.entry(line);
    directory.add(entry, core);
    if (write || directory.isAlone(entry, core)) directory.setOwner(entry, core);
  }
}

/** Dirty sectors of a mask. */
function dirtySectors(mask: number): number {
  let count = 0;
  for (let rest = mask & ~(DIRTY - 1); rest !== 0; rest &= rest - 1) count++;
  return count;
}
