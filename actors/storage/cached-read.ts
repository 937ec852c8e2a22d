import type { ActorRef } from '../../engine/kernel/actor.ts';
import { type Bytes, type BytesPerSecond, bytes } from '../../engine/kernel/quantities.ts';
import { seconds } from '../../engine/kernel/time.ts';
import { ask, delay, type Steps } from '../../engine/processes/index.ts';
import type { NvmeMessage } from './nvme-drive.ts';
import type { PageCache, PageRead } from './page-cache.ts';

/** A range of a file on a drive, read through the page cache. */
export interface CachedRead {
  readonly cache: PageCache;
  readonly drive: ActorRef<NvmeMessage>;
  /** Rate at which one thread copies pages to its own memory. */
  readonly copyRate: BytesPerSecond;
  readonly file: number;
  readonly offset: number;
  readonly bytes: Bytes;
}

/** Reads as a thread does: asks the drive for each run of absent pages, one after the other, pages read ahead included, then copies. Returns what the cache found. */
export function* cachedRead(read: CachedRead): Steps<PageRead> {
  const { cache, drive, copyRate } = read;
  const found = cache.read(read.file, read.offset, read.bytes);
  for (const { count } of found.fetch) yield* ask(drive, { type: 'read', bytes: bytes(count * cache.page) });
  yield* delay(seconds(read.bytes / copyRate));
  return found;
}
