import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { importErrors } from './errors.ts';
import type { TraceFile } from './workload.ts';

/**
 * The bytes of a file, unpacked when it is gzip. Throws TRACE_TRUNCATED when the packed data ends early, after all that could be unpacked
 * was given out, and TRACE_MALFORMED when it is damaged.
 */
export async function* unpackedBytes(file: TraceFile): AsyncGenerator<Uint8Array> {
  const source = file.open()[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let size = 0;
  while (size < 2) {
    const next = await source.next();
    if (next.done === true) break;
    head.push(next.value);
    size += next.value.length;
  }
  const first = Buffer.concat(head);
  async function* packed(): AsyncGenerator<Uint8Array> {
    yield first;
    for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value;
  }
  if (first[0] !== 0x1f || first[1] !== 0x8b) {
    yield* packed();
    return;
  }
  const unpacked = Readable.from(packed(), { objectMode: false }).pipe(createGunzip());
  let byte = 0;
  try {
    for await (const chunk of unpacked) {
      byte += (chunk as Uint8Array).length;
      yield chunk as Uint8Array;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || !/^Z_|^ERR_/.test(code)) throw error;
    if (code === 'Z_BUF_ERROR')
      throw importErrors.create('TRACE_TRUNCATED', { file: file.name, byte, where: 'within its gzip data' });
    throw importErrors.create('TRACE_MALFORMED', {
      file: file.name,
      where: `byte ${byte} unpacked`,
      problem: 'its gzip data is damaged',
    });
  }
}
