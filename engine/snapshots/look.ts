import { hashText, mix, mixNumber } from '../kernel/fingerprint.ts';

const SHOWN = 200;

/** How specs look, for comparison: equal for equal data, whoever made it; functions and instances count by their kind alone. */
export class Looks {
  readonly #known = new Map<object, number>();
  readonly #isOpaque: (value: object) => boolean;

  /** `isOpaque`: objects that may change, so that only their being there counts. */
  constructor(isOpaque: (value: object) => boolean) {
    this.#isOpaque = isOpaque;
  }

  /** A hash of all that `spec` holds. */
  of(spec: unknown): number {
    if (typeof spec === 'object' && spec !== null) return this.#object(spec);
    if (typeof spec === 'number') return mixNumber(1, spec);
    return mix(hashText(typeof spec), typeof spec === 'function' ? 0 : hashText(String(spec)));
  }

  #object(object: object): number {
    const known = this.#known.get(object);
    if (known !== undefined) return known;
    // What a cycle leads back to.
    this.#known.set(object, 2);
    const look = this.#compute(object);
    this.#known.set(object, look);
    return look;
  }

  #compute(object: object): number {
    let hash = hashText(object.constructor?.name ?? '');
    if (this.#isOpaque(object)) return hash;
    if (object instanceof ArrayBuffer || ArrayBuffer.isView(object)) {
      const bytes =
        object instanceof ArrayBuffer
          ? new Uint8Array(object)
          : new Uint8Array(object.buffer, object.byteOffset, object.byteLength);
      for (let i = 0; i < bytes.length; i++) hash = mix(hash, bytes[i]!);
      return mix(hash, bytes.length);
    }
    if (Array.isArray(object)) for (const value of object) hash = mix(hash, this.of(value));
    else if (object instanceof Map)
      for (const [key, value] of object) hash = mix(mix(hash, this.of(key)), this.of(value));
    else if (object instanceof Set) for (const value of object) hash = mix(hash, this.of(value));
    else if (isRecord(object))
      for (const [key, value] of Object.entries(object)) hash = mix(mix(hash, hashText(key)), this.of(value));
    return mix(hash, 3);
  }
}

function isRecord(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype === Object.prototype || prototype === null;
}

/** The beginning of `value` as text for messages. */
export function shown(value: unknown): string {
  let room = SHOWN;
  const replacer = (_key: string, part: unknown): unknown => {
    if (room <= 0) return undefined;
    room -= typeof part === 'string' ? part.length + 4 : 6;
    if (typeof part === 'function') return 'a function';
    if (part instanceof Map || part instanceof Set) return `${part.size} entries`;
    if (ArrayBuffer.isView(part)) return `${part.byteLength} bytes`;
    if (Array.isArray(part) && part.length > 40) return part.slice(0, 40);
    return part;
  };
  let text = typeof value === 'string' ? value : 'an object';
  try {
    if (typeof value !== 'string') text = JSON.stringify(value, replacer) ?? 'missing';
  } catch {
    // A cycle, or a bigint: its look tells it apart, its text does not.
  }
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text;
}
