import { SimError } from '../../kernel/index.ts';
import { WireReader } from '../formats/wire.ts';
import { type AttributeValue, type ChakraNode, readMetadata, readNode } from './chakra-node.ts';
import { importErrors } from './errors.ts';

/** Longest message accepted; a longer one is damage. */
const messageLimit = 1 << 26;

/** Reads a Chakra file in pieces of any size: messages, each after its length; metadata first, then nodes. */
export class ChakraStream {
  readonly nodes: ChakraNode[] = [];
  version = '';
  attributes: ReadonlyMap<string, AttributeValue> = new Map();
  readonly #file: string;
  #rest: Uint8Array = new Uint8Array(0);
  #restStart = 0;
  #messages = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** Bytes of a message that has not ended; 0 at a whole file. */
  get leftover(): number {
    return this.#rest.length;
  }

  /** Where that message begins. */
  get byte(): number {
    return this.#restStart;
  }

  /** The next bytes of the file. Throws TRACE_MALFORMED. */
  push(chunk: Uint8Array): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const reader = new WireReader(bytes, 0, bytes.length, this.#restStart);
    let whole = 0;
    for (;;) {
      const size = this.#size(bytes, whole);
      if (size === undefined || size.from + size.length > bytes.length) break;
      reader.at = size.from;
      reader.end = size.from + size.length;
      this.#message(reader);
      whole = size.from + size.length;
    }
    this.#rest = bytes.slice(whole);
    this.#restStart += whole;
  }

  #size(bytes: Uint8Array, start: number): { readonly from: number; readonly length: number } | undefined {
    let length = 0;
    let scale = 1;
    for (let at = start; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      length += (byte & 0x7f) * scale;
      if (length > messageLimit || at - start > 8)
        this.#fail(this.#restStart + start, `a message of ${length} bytes is longer than any`);
      if (byte < 0x80) return { from: at + 1, length };
      scale *= 128;
    }
    return undefined;
  }

  #message(reader: WireReader): void {
    const byte = this.#restStart + reader.at;
    try {
      if (this.#messages === 0) {
        const metadata = readMetadata(reader);
        this.version = metadata.version;
        this.attributes = metadata.attributes;
      } else this.nodes.push(readNode(reader, this.nodes.length));
      this.#messages++;
    } catch (error) {
      if (error instanceof SimError) this.#fail(byte, String(error.values.problem ?? error.message));
      throw error;
    }
  }

  #fail(byte: number, problem: string): never {
    const node = this.#messages === 0 ? 'the metadata' : `node ${this.nodes.length}`;
    const before = this.nodes.at(-1);
    throw importErrors.create('TRACE_MALFORMED', {
      file: this.#file,
      where: `byte ${byte}, ${node}${before === undefined ? '' : ` after '${before.name}'`}`,
      problem,
    });
  }
}
