import { Tokenizer, TokenType } from '@streamparser/json';
import { SimError } from '../../kernel/index.ts';
import { importErrors } from './errors.ts';

/** A JSON value with numbers kept as their digits. */
export type JsonText = string | boolean | null | readonly JsonText[] | JsonObject;

/** A JSON object with numbers kept as their digits. */
export interface JsonObject {
  readonly [key: string]: JsonText | undefined;
}

/** What is picked out of a JSON file. */
export interface JsonPicks {
  /** Called with each item of a top-level list named in `lists`, or of the file itself when it is a list (`''`). */
  readonly item: (list: string, index: number, value: JsonText) => void;
  /** Called with every other top-level member. */
  readonly member: (key: string, value: JsonText) => void;
  readonly lists: ReadonlySet<string>;
}

/** Limits on one item, so that no input can take unbounded memory. */
const itemLimit = 1 << 26;
const depthLimit = 100;

class DigitTokenizer extends Tokenizer {
  /** Keeps the digits: doubles lose nanoseconds of absolute times. */
  override parseNumber(digits: string): number {
    return digits as unknown as number;
  }
}

/** Reads JSON in pieces of any size and keeps one item at a time. */
export class JsonStream {
  readonly #tokenizer = new DigitTokenizer();
  readonly #file: string;
  readonly #picks: JsonPicks;
  /** Containers being built, outermost first; the first is the item or member itself. */
  readonly #stack: (JsonText[] | Record<string, JsonText>)[] = [];
  readonly #keys: string[] = [];
  #key = '';
  /** `start`: nothing read; `object`, `list`: inside the file's container; `items`: inside a picked list; `end`. */
  #state: 'start' | 'object' | 'list' | 'items' | 'end' = 'start';
  #expectKey = false;
  #expectColon = false;
  #index = 0;
  #items = 0;
  #pushed = 0;
  #itemStart = 0;
  #failure: Error | undefined;

  constructor(file: string, picks: JsonPicks) {
    this.#file = file;
    this.#picks = picks;
    this.#tokenizer.onToken = ({ token, value }) => this.#token(token, value as unknown as string);
    this.#tokenizer.onError = (error) => {
      this.#failure ??= error;
    };
  }

  /** Whether the file's container has ended. */
  get ended(): boolean {
    return this.#state === 'end';
  }

  /** Items read so far, and bytes pushed. */
  get items(): number {
    return this.#items;
  }

  get bytes(): number {
    return this.#pushed;
  }

  /** The next bytes of the file. Throws TRACE_MALFORMED. */
  push(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length; from += 1 << 16) {
      const part = chunk.subarray(from, from + (1 << 16));
      if (this.#state === 'end') {
        if (part.some((byte) => byte > 0x20)) this.#fail('something follows the end of the JSON text');
        continue;
      }
      this.#pushed += part.length;
      this.#tokenizer.write(part);
      if (this.#failure !== undefined) {
        if (this.#failure instanceof SimError) throw this.#failure;
        this.#fail(this.#failure.message.replaceAll('\n', ' ').replace(/[.]$/, ''));
      }
      if (this.#pushed - this.#itemStart > itemLimit) this.#fail(`one value is longer than ${itemLimit} bytes`);
    }
  }

  #token(token: TokenType, value: string): void {
    if (this.#expectColon !== (token === TokenType.COLON)) this.#fail("a key and its value are joined by ':'");
    this.#expectColon = false;
    switch (token) {
      case TokenType.LEFT_BRACE:
        this.#open(Object.create(null) as Record<string, JsonText>, true);
        return;
      case TokenType.LEFT_BRACKET:
        this.#open([], false);
        return;
      case TokenType.RIGHT_BRACE:
      case TokenType.RIGHT_BRACKET:
        this.#close(token === TokenType.RIGHT_BRACE);
        return;
      case TokenType.COMMA:
        this.#expectKey = this.#inObject();
        return;
      case TokenType.STRING:
        if (this.#expectKey) {
          this.#key = value;
          this.#expectKey = false;
          this.#expectColon = true;
          return;
        }
        this.#put(value);
        return;
      case TokenType.NUMBER:
        this.#put(value);
        return;
      case TokenType.TRUE:
      case TokenType.FALSE:
        this.#put(token === TokenType.TRUE);
        return;
      case TokenType.NULL:
        this.#put(null);
        return;
      default:
    }
  }

  #inObject(): boolean {
    const top = this.#stack.at(-1);
    return top === undefined ? this.#state === 'object' : !Array.isArray(top);
  }

  #open(container: JsonText[] | Record<string, JsonText>, object: boolean): void {
    if (this.#expectKey) this.#fail('a value where a key belongs');
    if (this.#state === 'start') {
      this.#state = object ? 'object' : 'list';
      this.#expectKey = object;
      return;
    }
    if (this.#state === 'end') this.#fail('something follows the end of the JSON text');
    if (this.#state === 'object' && this.#stack.length === 0 && !object && this.#picks.lists.has(this.#key)) {
      this.#state = 'items';
      this.#index = 0;
      return;
    }
    if (this.#stack.length >= depthLimit) this.#fail(`values are nested more than ${depthLimit} deep`);
    this.#keys.push(this.#key);
    this.#stack.push(container);
    this.#expectKey = object;
  }

  #close(object: boolean): void {
    const top = this.#stack.pop();
    if (top !== undefined) {
      if (Array.isArray(top) === object) this.#fail('brackets do not match');
      this.#key = this.#keys.pop() as string;
      this.#expectKey = false;
      this.#put(top);
      return;
    }
    if (this.#state === 'items' && !object) {
      this.#state = 'object';
      this.#itemStart = this.#pushed;
    } else if ((this.#state === 'object' && object) || (this.#state === 'list' && !object)) this.#state = 'end';
    else this.#fail('brackets do not match');
    this.#expectKey = false;
  }

  #put(value: JsonText): void {
    if (this.#expectKey) this.#fail('a value where a key belongs');
    const top = this.#stack.at(-1);
    if (top === undefined) {
      this.#itemStart = this.#pushed;
      if (this.#state === 'items') {
        this.#items++;
        this.#picks.item(this.#key, this.#index++, value);
      } else if (this.#state === 'list') {
        this.#items++;
        this.#picks.item('', this.#index++, value);
      } else if (this.#state === 'object') this.#picks.member(this.#key, value);
      else this.#fail('no object or list begins here');
    } else if (Array.isArray(top)) top.push(value);
    else top[this.#key] = value;
  }

  #fail(problem: string): never {
    throw importErrors.create('TRACE_MALFORMED', {
      file: this.#file,
      where: `byte ${this.#pushed} at the latest, after item ${this.#items}`,
      problem,
    });
  }
}
