import { quoted } from '../kit/errors.ts';
import type { Field } from '../kit/field.ts';
import type { MetricInfo, MetricValue } from '../kit/scenario.ts';
import { didYouMean } from '../kit/suggest.ts';
import { readNumber, type UnitChoice } from '../kit/units.ts';
import { sweepErrors } from './errors.ts';

/** Values by name; a name without a value makes every comparison with it false. */
export type Values = Readonly<Record<string, MetricValue | undefined>>;

/** A checked condition such as `gpus >= sp and system in (ring, hybrid)`. */
export interface Condition {
  readonly text: string;
  readonly holds: (values: Values) => boolean;
}

type Type = 'number' | 'boolean' | 'text';

/** What a name stands for in a condition. */
export interface NameInfo {
  /** Undefined for a metric: its type shows in each run. */
  readonly type?: Type;
  readonly choice?: UnitChoice;
  readonly choices?: readonly string[];
  readonly words?: Readonly<Record<string, number>>;
}

/** The parameters of a scenario as names of a condition. */
export function namesOfFields(fields: readonly Field[]): Map<string, NameInfo> {
  return new Map(
    fields.map((field): [string, NameInfo] => {
      if (field.kind === 'number') return [field.name, { type: 'number', choice: field, words: field.words }];
      if (field.kind === 'choice') return [field.name, { type: 'text', choices: field.choices }];
      return [field.name, { type: field.kind }];
    }),
  );
}

/** The metrics of a scenario as names of a condition. */
export function namesOfMetrics(metrics: Readonly<Record<string, MetricInfo>>): Map<string, NameInfo> {
  return new Map(
    Object.entries(metrics).map(([name, { unit }]) => [
      name,
      { choice: { dimension: unit === '' ? 'number' : 'physical', unit, binary: unit === 'tokens' } },
    ]),
  );
}

interface Node {
  /** Undefined when only a run can tell. */
  readonly type: Type | undefined;
  readonly at: number;
  readonly value: (values: Values) => MetricValue | undefined;
  readonly info?: NameInfo;
  /** A literal whose meaning depends on what it stands beside: a word, or a number with a unit. */
  readonly raw?: string;
}

interface Token {
  readonly kind: 'number' | 'word' | 'text' | 'sign' | 'end';
  readonly text: string;
  readonly at: number;
}

const lexeme =
  /\s*(?:(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?(?:%(?!\s*[\w(.])|[A-Za-zµ]+(?:\/s\b)?)?)|([A-Za-z_][A-Za-z0-9_]*(?:[-.][A-Za-z0-9_]+)*)|'([^']*)'|"([^"]*)"|(==|!=|<=|>=|&&|\|\||[<>=!()+\-*/%,]))/y;

const deepest = 100;

/**
 * Reads a condition over `names`: `and or not`, `== != < <= > >=`, `in (a, b)`, `+ - * / %`, parentheses, numbers with units, words.
 * Throws SWEEP_WHERE with the column of what is wrong.
 */
export function parseCondition(text: string, names: ReadonlyMap<string, NameInfo>, option = '--where'): Condition {
  const refuse = (at: number, problem: string, hint: string): never => {
    throw sweepErrors.create('SWEEP_WHERE', {
      option,
      text: quoted(text, 80),
      problem: `${problem} (column ${at + 1})`,
      hint,
    });
  };
  const tokens = tokenize(text, refuse);
  let next = 0;
  let depth = 0;
  const peek = (): Token => tokens[next] as Token;
  const take = (): Token => tokens[next++] as Token;
  const accept = (...texts: readonly string[]): Token | undefined =>
    (peek().kind === 'sign' || peek().kind === 'word') && texts.includes(peek().text) ? take() : undefined;
  const nested = <Result>(parse: () => Result): Result => {
    depth += 1;
    if (depth > deepest) refuse(peek().at, 'is nested too deeply', 'Write it with fewer parentheses.');
    const result = parse();
    depth -= 1;
    return result;
  };

  const truth = (node: Node): Node => {
    const settled = node.raw === undefined ? node : settle(node, undefined, refuse, names);
    if (settled.type !== undefined && settled.type !== 'boolean')
      refuse(node.at, 'is no condition', 'Compare it: gpus >= 8, system == ring.');
    return settled;
  };
  const logical = (words: readonly string[], operand: () => Node, join: (a: boolean, b: boolean) => boolean): Node => {
    let left = operand();
    for (let sign = accept(...words); sign !== undefined; sign = accept(...words)) {
      const a = truth(left);
      const b = truth(operand());
      left = { type: 'boolean', at: a.at, value: (values) => join(a.value(values) === true, b.value(values) === true) };
    }
    return left;
  };
  const disjunction = (): Node => logical(['or', '||'], conjunction, (a, b) => a || b);
  const conjunction = (): Node => logical(['and', '&&'], negation, (a, b) => a && b);
  const negation = (): Node => {
    const sign = accept('not', '!');
    if (sign === undefined) return comparison();
    const of = truth(nested(negation));
    return { type: 'boolean', at: sign.at, value: (values) => of.value(values) !== true };
  };
  const comparison = (): Node => {
    const left = sum();
    if (accept('in') !== undefined) return membership(left);
    const sign = accept('==', '=', '!=', '<=', '>=', '<', '>');
    if (sign === undefined) return left;
    const right = sum();
    const info = left.info ?? right.info;
    const a = settle(left, info, refuse, names);
    const b = settle(right, info, refuse, names);
    const ordered = sign.text.startsWith('<') || sign.text.startsWith('>');
    if (ordered) for (const side of [a, b]) needNumber(side, refuse);
    if (a.type !== undefined && b.type !== undefined && a.type !== b.type)
      refuse(sign.at, `compares a ${a.type} with a ${b.type}`, 'Compare like with like.');
    return { type: 'boolean', at: left.at, value: (values) => compare(sign.text, a.value(values), b.value(values)) };
  };
  const membership = (left: Node): Node => {
    if (accept('(') === undefined) refuse(peek().at, "expects '(' after in", 'Write system in (ring, hybrid).');
    const items: Node[] = [];
    do items.push(settle(sum(), left.info, refuse, names));
    while (accept(',') !== undefined);
    if (accept(')') === undefined) refuse(peek().at, "expects ')'", 'Close the list.');
    const of = settle(left, undefined, refuse, names);
    return {
      type: 'boolean',
      at: left.at,
      value: (values) => {
        const value = of.value(values);
        return value !== undefined && items.some((item) => item.value(values) === value);
      },
    };
  };
  const arithmetic = (signs: readonly string[], operand: () => Node): Node => {
    let left = operand();
    for (let sign = accept(...signs); sign !== undefined; sign = accept(...signs)) {
      const right = operand();
      const info = left.info ?? right.info;
      const a = needNumber(settle(left, info, refuse, names), refuse);
      const b = needNumber(settle(right, info, refuse, names), refuse);
      const operator = sign.text;
      left = {
        type: 'number',
        at: a.at,
        value: (values) => calculate(operator, a.value(values), b.value(values)),
        ...(info === undefined ? {} : { info }),
      };
    }
    return left;
  };
  const sum = (): Node => arithmetic(['+', '-'], product);
  const product = (): Node => arithmetic(['*', '/', '%'], unary);
  const unary = (): Node => {
    const sign = accept('-');
    if (sign === undefined) return primary();
    const of = needNumber(settle(nested(unary), undefined, refuse, names), refuse);
    return { type: 'number', at: sign.at, value: (values) => calculate('-', 0, of.value(values)) };
  };
  const primary = (): Node => {
    const token = take();
    if (token.kind === 'sign' && token.text === '(') {
      const inner = nested(disjunction);
      if (accept(')') === undefined) refuse(peek().at, "expects ')'", 'Close the parenthesis.');
      return inner;
    }
    if (token.kind === 'text') return { type: 'text', at: token.at, value: () => token.text };
    if (token.kind === 'number') {
      const plain = Number(token.text);
      if (!Number.isNaN(plain)) return { type: 'number', at: token.at, value: () => plain, raw: token.text };
      return { type: undefined, at: token.at, value: () => undefined, raw: token.text };
    }
    if (token.kind === 'word') {
      if (token.text === 'true' || token.text === 'false')
        return { type: 'boolean', at: token.at, value: () => token.text === 'true' };
      const info = names.get(token.text);
      if (info !== undefined) return { type: info.type, at: token.at, info, value: (values) => values[token.text] };
      return { type: undefined, at: token.at, value: () => undefined, raw: token.text };
    }
    return refuse(
      token.at,
      token.kind === 'end' ? 'ends too early' : `'${token.text}' is out of place`,
      'Write for example "gpus>=sp and system==ring".',
    );
  };

  const whole = truth(disjunction());
  if (peek().kind !== 'end')
    refuse(peek().at, `'${quoted(peek().text, 20)}' is out of place`, 'Join conditions with and, or.');
  return { text: text.trim(), holds: (values) => whole.value(values) === true };
}

type Refuse = (at: number, problem: string, hint: string) => never;

function tokenize(text: string, refuse: Refuse): readonly Token[] {
  const tokens: Token[] = [];
  lexeme.lastIndex = 0;
  let at = 0;
  while (text.slice(at).trim() !== '') {
    lexeme.lastIndex = at;
    const match = lexeme.exec(text);
    if (match === null) {
      const space = /^\s*/.exec(text.slice(at))?.[0].length ?? 0;
      const strange = text.slice(at + space, at + space + 1);
      return refuse(
        at + space,
        `'${quoted(strange)}' has no meaning here`,
        'Use names, numbers, == != < <= > >= and or not in.',
      );
    }
    const [all, number, word, single, double, sign] = match;
    const found = number ?? word ?? single ?? double ?? sign ?? '';
    const kind =
      number !== undefined ? 'number' : word !== undefined ? 'word' : sign !== undefined ? 'sign' : ('text' as const);
    tokens.push({ kind, text: found, at: at + all.length - all.trimStart().length });
    at += all.length;
  }
  tokens.push({ kind: 'end', text: '', at: text.length });
  return tokens;
}

/** Gives a literal its meaning beside `info`: `128K` in the unit of a length, `ring` as a choice of system. */
function settle(node: Node, info: NameInfo | undefined, refuse: Refuse, names: ReadonlyMap<string, NameInfo>): Node {
  const { raw } = node;
  if (raw === undefined) return node;
  const settled = (type: Type, value: MetricValue): Node => ({
    type,
    at: node.at,
    value: () => value,
    ...(info === undefined ? {} : { info }),
  });
  if (info?.words !== undefined && Object.hasOwn(info.words, raw)) return settled('number', info.words[raw] as number);
  if (/^\d/.test(raw)) {
    if (info?.choices?.includes(raw)) return settled('text', raw);
    if (info?.choice !== undefined) {
      const read = readNumber(raw, info.choice);
      if (read.kind === 'value') return settled('number', read.value);
      return refuse(node.at, `'${raw}' has no unit of what it is compared with`, 'Use the unit of the parameter.');
    }
    if (node.type === 'number') return node;
    return refuse(node.at, `the unit of '${raw}' is not known here`, 'Compare it with a parameter that has that unit.');
  }
  if (info?.choices !== undefined) {
    if (info.choices.includes(raw)) return settled('text', raw);
    return refuse(
      node.at,
      `there is no choice '${raw}'`,
      didYouMean(raw, info.choices, `Choices are ${info.choices.join(', ')}.`),
    );
  }
  if (info !== undefined && (info.type === 'text' || info.type === undefined)) return settled('text', raw);
  return refuse(
    node.at,
    `there is no '${raw}'`,
    didYouMean(raw, [...names.keys()], 'See escapement run <scenario> --help.'),
  );
}

function needNumber(node: Node, refuse: Refuse): Node {
  if (node.type !== undefined && node.type !== 'number')
    refuse(node.at, `needs a number, not a ${node.type}`, 'Order and arithmetic are for numbers.');
  return node;
}

function calculate(sign: string, a: MetricValue | undefined, b: MetricValue | undefined): number | undefined {
  if (typeof a !== 'number' || typeof b !== 'number') return undefined;
  if (sign === '+') return a + b;
  if (sign === '-') return a - b;
  if (sign === '*') return a * b;
  return sign === '/' ? a / b : a % b;
}

function compare(sign: string, a: MetricValue | undefined, b: MetricValue | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  if (sign === '==' || sign === '=') return a === b;
  if (sign === '!=') return a !== b;
  if (typeof a !== 'number' || typeof b !== 'number') return false;
  if (sign === '<') return a < b;
  if (sign === '<=') return a <= b;
  return sign === '>' ? a > b : a >= b;
}
