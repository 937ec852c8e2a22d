import type { Bytes } from '../../engine/kernel/quantities.ts';
import { saveClass } from '../../engine/kernel/saved-class.ts';
import { checkCount, checkRange } from './errors.ts';
import { LruLists } from './lru-lists.ts';

export interface PageCacheSpec {
  /** Memory that may hold pages. */
  readonly capacity: Bytes;
  /** Default 4 KiB. */
  readonly page?: Bytes;
  /** Most pages read ahead; default 32 (128 KiB of 4 KiB pages). 0 reads none ahead. */
  readonly readAhead?: number;
}

/** Pages that a read has to fetch, one run for one request to the device. */
export interface PageRun {
  readonly first: number;
  readonly count: number;
}

/** What a read finds. */
export interface PageRead {
  readonly hits: number;
  readonly misses: number;
  /** To be fetched, pages read ahead included. */
  readonly fetch: readonly PageRun[];
}

interface FileWindow {
  next: number;
  ahead: number;
  /** First page that was not read ahead yet. */
  until: number;
}

/** First window of read-ahead, in pages. */
const FIRST_WINDOW = 4;
/** Pages of one file are numbered within this range. */
const FILE_PAGES = 2 ** 30;

/**
 * An operating system's page cache: pages in two lists in order of use, and read-ahead for files that are read on from where the last
 * read ended: the window doubles from 4 pages to `readAhead`; any other read resets it. Pages count as held once they are asked for.
 */
export class PageCache {
  readonly page: number;
  readonly #spec: PageCacheSpec;
  #pages: LruLists;
  readonly #most: number;
  #files = new Map<number, FileWindow>();

  constructor(spec: PageCacheSpec) {
    const { capacity, page = 4096 as Bytes, readAhead = 32 } = spec;
    checkCount('page', page);
    this.#spec = spec;
    this.page = page;
    this.#pages = new LruLists(Math.floor(capacity / page), 'two');
    this.#most = readAhead;
  }

  static {
    saveClass(
      PageCache,
      'storage.PageCache',
      (cache) => ({ spec: cache.#spec, pages: cache.#pages, files: cache.#files }),
      (data) => new PageCache(data.spec).#restore(data),
      (cache, data) => void cache.#restore(data),
    );
  }

  #restore({ pages, files }: { readonly pages: LruLists; readonly files: Map<number, FileWindow> }): this {
    this.#pages = pages;
    this.#files = files;
    return this;
  }

  /** Pages held. */
  get size(): number {
    return this.#pages.size;
  }

  /** Reads a range of a file; what is absent is brought in. Throws STORAGE_READ. */
  read(file: number, offset: number, bytes: number): PageRead {
    checkRange(offset, bytes);
    const first = Math.floor(offset / this.page);
    const last = Math.floor((offset + bytes - 1) / this.page);
    const window = this.#advance(file, first, last);
    const runs: Array<{ first: number; count: number }> = [];
    let hits = 0;
    for (let page = first; page <= last; page++)
      if (this.#pages.use(file * FILE_PAGES + page)) hits++;
      else this.#fetch(file, page, runs);
    for (let page = window.from; page < window.to; page++)
      if (!this.#pages.has(file * FILE_PAGES + page)) this.#fetch(file, page, runs);
    return { hits, misses: last - first + 1 - hits, fetch: runs };
  }

  #fetch(file: number, page: number, runs: Array<{ first: number; count: number }>): void {
    this.#pages.add(file * FILE_PAGES + page);
    const run = runs[runs.length - 1];
    if (run !== undefined && run.first + run.count === page) run.count++;
    else runs.push({ first: page, count: 1 });
  }

  /** Moves the window of a file; returns the pages to read ahead. */
  #advance(file: number, first: number, last: number): { readonly from: number; readonly to: number } {
    const window = this.#files.get(file) ?? { next: 0, ahead: 0, until: 0 };
    this.#files.set(file, window);
    const isSequential = first === window.next || first === window.next - 1;
    window.next = last + 1;
    if (!isSequential || this.#most === 0) {
      window.ahead = 0;
      window.until = 0;
      return { from: 0, to: 0 };
    }
    // The next window is asked for when reading comes into the last one.
    if (window.ahead > 0 && last < window.until - window.ahead) return { from: 0, to: 0 };
    window.ahead = Math.min(this.#most, window.ahead === 0 ? FIRST_WINDOW : 2 * window.ahead);
    const from = Math.max(window.until, last + 1);
    window.until = from + window.ahead;
    return { from, to: window.until };
  }
}
