import { snapshotErrors } from './errors.ts';

const MAGIC = [0x45, 0x53, 0x43, 0x4b, 0x50, 0x54, 0x0d, 0x0a]; // ESCKPT\r\n: a transfer as text shows
const VERSION = 2;
const HEAD = MAGIC.length + 16;

/** Packs JSON data: magic, version (u32), length of the body (u32), its checksum (2 x u32), all little-endian, then the body as UTF-8. */
export function pack(data: unknown): Uint8Array<ArrayBuffer> {
  const body = new TextEncoder().encode(JSON.stringify(data));
  const bytes = new Uint8Array(HEAD + body.length);
  const view = new DataView(bytes.buffer);
  const [low, high] = checksum(body);
  bytes.set(MAGIC);
  for (const [i, word] of [VERSION, body.length, low, high].entries()) view.setUint32(MAGIC.length + 4 * i, word, true);
  bytes.set(body, HEAD);
  return bytes;
}

/** What `pack` was given. Throws SNAPSHOT_FOREIGN, SNAPSHOT_NEWER, SNAPSHOT_CUT, SNAPSHOT_ALTERED. */
export function unpack(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (MAGIC.some((byte, i) => i < bytes.length && bytes[i] !== byte) || bytes.length === 0)
    throw snapshotErrors.create('SNAPSHOT_FOREIGN');
  if (bytes.length < HEAD)
    throw snapshotErrors.create('SNAPSHOT_CUT', { found: bytes.length, wanted: `${HEAD} or more` });
  const [version, length, low, high] = [0, 4, 8, 12].map((at) => view.getUint32(MAGIC.length + at, true));
  if (version !== VERSION) throw snapshotErrors.create('SNAPSHOT_NEWER', { found: version, known: VERSION });
  const wanted = HEAD + (length as number);
  if (bytes.length < wanted) throw snapshotErrors.create('SNAPSHOT_CUT', { found: bytes.length, wanted });
  const body = bytes.subarray(HEAD);
  const found = checksum(body);
  if (found[0] !== low || found[1] !== high)
    throw snapshotErrors.create('SNAPSHOT_ALTERED', {
      found: print(found),
      wanted: print([low as number, high as number]),
    });
  return JSON.parse(new TextDecoder().decode(body));
}

/** Two lanes of FNV-1a (Fowler, Noll, Vo), the second over the complement: any single altered byte changes both. */
function checksum(bytes: Uint8Array): readonly [number, number] {
  let low = 0x811c9dc5;
  let high = 0xc9dc5118;
  for (let i = 0; i < bytes.length; i++) {
    low = Math.imul(low ^ bytes[i]!, 0x01000193);
    high = Math.imul(high ^ (bytes[i]! ^ 0xff), 0x01000193);
  }
  return [low >>> 0, high >>> 0];
}

function print(words: readonly number[]): string {
  return words.map((word) => word.toString(16).padStart(8, '0')).join('');
}
