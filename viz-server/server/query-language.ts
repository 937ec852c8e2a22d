import { liveErrors } from './errors.ts';

/** What a field holds: times are written `3ms` and compared in picoseconds, texts may have `*` for anything. */
export type FieldType = 'time' | 'number' | 'text';

export type Fields = Readonly<Record<string, FieldType>>;

/** Whether something with the fields that were named satisfies the text. */
export type Condition = (thing: object) => boolean;

/** A read query: `tasks where kind = 'kernel' and wait > 2us group by name order by total desc limit 20`. */
export interface Query {
  readonly source: string;
  readonly condition: Condition | undefined;
  readonly groupBy: string | undefined;
  readonly orderBy: string | undefined;
  readonly descending: boolean;
  readonly limit: number | undefined;
}

/** Columns that grouping makes. */
export const groupFields: Fields = { count: 'number', total: 'time', mean: 'time', max: 'time', wait: 'time' };

const picoseconds: Readonly<Record<string, number>> = {
  ps: 1,
  ns: 1e3,
  us: 1e6,
  ms: 1e9,
  s: 1e12,
  min: 6e13,
  h: 3.6e15,
};
const reserved = ['and', 'or', 'not', 'where', 'group', 'order', 'by', 'desc', 'asc', 'limit'];
const mostTokens = 200;
const mostDepth = 40;

interface Token {
  readonly kind: 'word' | 'text' | 'number' | 'sign';
  readonly text: string;
  readonly value: number;
  /** Unit behind a number. */
  readonly unit: string;
}

/** Reads a condition such as `now > 3ms and (type = 'done' or actor = 'node3/*')`. Throws LIVE_CONDITION. */
export function parseCondition(text: string, fields: Fields): Condition {
  const parser = new Parser(text, fields);
  const condition = parser.either();
  parser.end();
  return condition;
}

/** Reads a query over one of the sources. Throws LIVE_CONDITION. */
export function parseQuery(text: string, sources: Readonly<Record<string, Fields>>): Query {
  const start = new Parser(text, {});
  const source = start.word();
  const fields = Object.hasOwn(sources, source) ? sources[source] : undefined;
  if (fields === undefined) throw start.refuse(`there is no '${source}'; there are ${Object.keys(sources).join(', ')}`);
  const parser = new Parser(text, fields);
  parser.word();
  const condition = parser.takes('where') ? parser.either() : undefined;
  let groupBy: string | undefined;
  if (parser.takes('group')) {
    parser.expect('by');
    groupBy = parser.field().name;
  }
  const columns = groupBy === undefined ? fields : { [groupBy]: fields[groupBy] as FieldType, ...groupFields };
  let orderBy: string | undefined;
  let descending = false;
  if (parser.takes('order')) {
    parser.expect('by');
    orderBy = parser.field(columns).name;
    descending = parser.takes('desc');
    if (!descending) parser.takes('asc');
  }
  const limit = parser.takes('limit') ? parser.count() : undefined;
  parser.end();
  return { source, condition, groupBy, orderBy, descending, limit };
}

class Parser {
  readonly #text: string;
  readonly #fields: Fields;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string, fields: Fields) {
    this.#text = text;
    this.#fields = fields;
    this.#tokens = this.#read();
  }

  refuse(problem: string): Error {
    return liveErrors.create('LIVE_CONDITION', {
      text: this.#text.slice(0, 80),
      problem,
      hint: "Write for example: now > 3ms and type = 'done'.",
    });
  }

  /** `a or b`. */
  either(): Condition {
    if (++this.#depth > mostDepth) throw this.refuse('it is nested too deeply');
    let left = this.#both();
    while (this.takes('or')) {
      const [a, b] = [left, this.#both()];
      left = (thing) => a(thing) || b(thing);
    }
    this.#depth--;
    return left;
  }

  end(): void {
    const token = this.#tokens[this.#at];
    if (token !== undefined) throw this.refuse(`'${token.text}' is not expected there`);
  }

  takes(word: string): boolean {
    const token = this.#tokens[this.#at];
    if (token === undefined || token.kind === 'text' || token.text !== word) return false;
    this.#at++;
    return true;
  }

  expect(word: string): void {
    if (!this.takes(word)) throw this.refuse(`'${word}' is missing`);
  }

  word(): string {
    const token = this.#next();
    if (token.kind !== 'word') throw this.refuse(`'${token.text}' is no name`);
    return token.text;
  }

  count(): number {
    const { value, kind } = this.#next();
    if (kind !== 'number' || !Number.isSafeInteger(value) || value < 1) throw this.refuse('limit needs a whole number');
    return value;
  }

  field(fields: Fields = this.#fields): { readonly name: string; readonly type: FieldType } {
    const name = this.word();
    const type = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (type === undefined)
      throw this.refuse(`there is no field '${name}'; there are ${Object.keys(fields).join(', ')}`);
    return { name, type };
  }

  #both(): Condition {
    let left = this.#one();
    while (this.takes('and')) {
      const [a, b] = [left, this.#one()];
      left = (thing) => a(thing) && b(thing);
    }
    return left;
  }

  #one(): Condition {
    if (this.takes('not')) {
      if (++this.#depth > mostDepth) throw this.refuse('it is nested too deeply');
      const inner = this.#one();
      this.#depth--;
      return (thing) => !inner(thing);
    }
    if (this.takes('(')) {
      const inner = this.either();
      this.expect(')');
      return inner;
    }
    const { name, type } = this.field();
    const sign = this.#next().text;
    const value = this.#next();
    const get = (thing: object): unknown => (thing as Readonly<Record<string, unknown>>)[name];
    if (type === 'text') return this.#onText(get, sign, value);
    if (value.kind !== 'number') throw this.refuse(`${name} is a number`);
    if (type === 'number' && value.unit !== '') throw this.refuse(`${name} has no unit`);
    const scale = type === 'time' && value.unit !== '' ? picoseconds[value.unit] : 1;
    if (scale === undefined) throw this.refuse(`'${value.unit}' is no unit of time`);
    const bound = value.value * scale;
    switch (sign) {
      case '=':
        return (thing) => get(thing) === bound;
      case '!=':
        return (thing) => get(thing) !== bound;
      case '<':
        return (thing) => (get(thing) as number) < bound;
      case '<=':
        return (thing) => (get(thing) as number) <= bound;
      case '>':
        return (thing) => (get(thing) as number) > bound;
      case '>=':
        return (thing) => (get(thing) as number) >= bound;
      default:
        throw this.refuse(`'${sign}' compares nothing`);
    }
  }

  #onText(get: (thing: object) => unknown, sign: string, { text, kind }: Token): Condition {
    if (kind === 'sign' || (kind === 'word' && reserved.includes(text))) throw this.refuse(`'${text}' is no text`);
    const matches = matcher(text);
    if (sign === '=') return (thing) => matches(String(get(thing)));
    if (sign === '!=') return (thing) => !matches(String(get(thing)));
    throw this.refuse(`texts are compared by = and !=, not '${sign}'`);
  }

  #next(): Token {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw this.refuse('it ends too early');
    return token;
  }

  #read(): Token[] {
    const tokens: Token[] = [];
    const pattern =
      /\s*(?:'([^']*)'|"([^"]*)"|(\d+(?:\.\d+)?(?:e[+-]?\d+)?)([a-z]+)?|([A-Za-z_][\w./*-]*)|(<=|>=|!=|[=<>()]))/gy;
    const text = this.#text.trimEnd();
    let at = 0;
    while (at < text.length) {
      pattern.lastIndex = at;
      const found = pattern.exec(text);
      if (found === null) throw this.refuse(`'${text.slice(at, at + 10).trim()}' is not understood`);
      at = pattern.lastIndex;
      const [, single, double, number, unit = '', word, sign] = found;
      if (number !== undefined) tokens.push({ kind: 'number', text: `${number}${unit}`, value: Number(number), unit });
      else if (word !== undefined) tokens.push({ kind: 'word', text: word, value: 0, unit: '' });
      else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign, value: 0, unit: '' });
      else tokens.push({ kind: 'text', text: single ?? double ?? '', value: 0, unit: '' });
      if (tokens.length > mostTokens) throw this.refuse('it is too long');
    }
    return tokens;
  }
}

/** Matches a text with `*` for anything, in time proportional to both lengths. */
function matcher(pattern: string): (text: string) => boolean {
  const parts = pattern.split('*');
  const first = parts[0] as string;
  if (parts.length === 1) return (text) => text === first;
  const last = parts[parts.length - 1] as string;
  const middle = parts.slice(1, -1);
  return (text) => {
    if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
    let at = first.length;
    for (const part of middle) {
      const found = text.indexOf(part, at);
      if (found < 0 || found + part.length > text.length - last.length) return false;
      at = found + part.length;
    }
    return true;
  };
}
