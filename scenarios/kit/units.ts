/** What a parameter measures; it decides which suffixes its text may carry. */
export type Dimension = 'count' | 'number' | 'fraction' | 'bytes' | 'bandwidth' | 'duration' | 'physical';

/** How a suffix scales the number before it: by a power of ten, exactly, or by a factor. */
export interface Scale {
  readonly suffix: string;
  readonly exponent?: number;
  readonly factor?: number;
}

/** What a field counts in, enough to choose its suffixes. */
export interface UnitChoice {
  readonly dimension: Dimension;
  /** Symbol of the unit for `physical` values, e.g. `FLOP/s`. */
  readonly unit: string;
  /** A bare K, M or G counts in powers of 1024. */
  readonly binary: boolean;
}

const decimal: ReadonlyArray<readonly [string, number]> = [
  ['P', 15],
  ['T', 12],
  ['G', 9],
  ['M', 6],
  ['k', 3],
];
const binary: ReadonlyArray<readonly [string, number]> = [
  ['Pi', 2 ** 50],
  ['Ti', 2 ** 40],
  ['Gi', 2 ** 30],
  ['Mi', 2 ** 20],
  ['Ki', 2 ** 10],
];
const small: ReadonlyArray<readonly [string, number]> = [
  ['m', -3],
  ['u', -6],
  ['n', -9],
  ['p', -12],
];

function withUnit(unit: string): Scale[] {
  return [
    ...binary.map(([prefix, factor]) => ({ suffix: prefix + unit, factor })),
    ...decimal.map(([prefix, exponent]) => ({ suffix: prefix + unit, exponent })),
    { suffix: unit, exponent: 0 },
  ];
}

const plain: Scale = { suffix: '', exponent: 0 };
const bareDecimal: Scale[] = [
  ...decimal.map(([suffix, exponent]) => ({ suffix, exponent })),
  { suffix: 'K', exponent: 3 },
];
const bareBinary: Scale[] = binary.flatMap(([prefix, factor]) => {
  const letter = prefix.slice(0, 1);
  return [{ suffix: letter, factor }, { suffix: prefix, factor }, ...(letter === 'K' ? [{ suffix: 'k', factor }] : [])];
});

/** Every suffix that a value of this kind may carry, preferred ones first; matched with regard to case, since m and M differ. */
export function scalesOf(choice: UnitChoice): readonly Scale[] {
  switch (choice.dimension) {
    case 'count':
      return choice.binary
        ? [...bareBinary, plain]
        : [...bareDecimal, ...binary.map(([suffix, factor]) => ({ suffix, factor })), plain];
    case 'number':
      return [...bareDecimal, plain];
    case 'fraction':
      return [plain, { suffix: '%', exponent: -2 }];
    case 'bytes':
      return [...withUnit('B'), ...bareDecimal, plain];
    case 'bandwidth':
      return [
        ...withUnit('B/s'),
        plain,
        ...decimal.map(([prefix, exponent]) => ({ suffix: `${prefix}bit/s`, exponent, factor: 1 / 8 })),
      ];
    case 'duration':
      return [
        { suffix: 'h', factor: 3600e12 },
        { suffix: 'min', factor: 60e12 },
        { suffix: 's', exponent: 12 },
        { suffix: 'ms', exponent: 9 },
        { suffix: 'us', exponent: 6 },
        { suffix: 'µs', exponent: 6 },
        { suffix: 'ns', exponent: 3 },
        { suffix: 'ps', exponent: 0 },
      ];
    case 'physical':
      return [
        ...decimal.map(([prefix, exponent]) => ({ suffix: prefix + choice.unit, exponent })),
        { suffix: choice.unit, exponent: 0 },
        ...small.map(([prefix, exponent]) => ({ suffix: prefix + choice.unit, exponent })),
        ...(choice.unit === '' ? [] : [plain]),
      ];
    default:
      return choice.dimension satisfies never;
  }
}

/** Unit of the value after parsing, as messages and tables print it. Durations are kept in ps. */
export function unitOf(choice: UnitChoice): string {
  switch (choice.dimension) {
    case 'bytes':
      return 'B';
    case 'bandwidth':
      return 'B/s';
    case 'duration':
      return 'time';
    default:
      return choice.unit;
  }
}

const numberText = /^([+-]?)(\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d{1,4}))?(.*)$/su;

export type ReadNumber =
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'no-number' }
  | { readonly kind: 'no-unit' }
  | { readonly kind: 'unknown-unit'; readonly suffix: string };

/** Reads a number with one of the unit's suffixes. Decimal suffixes move the decimal point, so `25.3GB/s` is exactly 25.3e9. */
export function readNumber(text: string, choice: UnitChoice): ReadNumber {
  const match = numberText.exec(text.trim());
  if (match === null) return { kind: 'no-number' };
  const [, sign = '', digits = '', exponent = '0', rest = ''] = match;
  const suffix = rest.trim();
  const scale = scalesOf(choice).find((candidate) => candidate.suffix === suffix);
  if (scale === undefined) {
    if (suffix === '' && Number(digits) === 0) return { kind: 'value', value: 0 };
    return suffix === '' ? { kind: 'no-unit' } : { kind: 'unknown-unit', suffix };
  }
  const value = Number(`${sign}${digits}e${Number(exponent) + (scale.exponent ?? 0)}`) * (scale.factor ?? 1);
  return { kind: 'value', value: value === 0 ? 0 : value };
}

/** A short text that `readNumber` reads back as exactly `value`: the shortest with a unit, or plain digits. */
export function writeNumber(value: number, choice: UnitChoice): string {
  const plainText = choice.dimension === 'duration' ? `${value}ps` : String(value);
  const bare = choice.dimension === 'count' || choice.dimension === 'number' || choice.dimension === 'fraction';
  if (bare && !choice.binary) return plainText;
  let best = plainText;
  let bestDigits = bare || value === 0 ? digitsIn(plainText) : Number.POSITIVE_INFINITY;
  for (const { suffix, factor = 1, exponent = 0 } of scalesOf(choice)) {
    if (suffix === '' || suffix.endsWith('bit/s') || suffix === 'µs') continue;
    const mantissa = Number((value / factor / 10 ** exponent).toPrecision(15));
    const text = `${mantissa}${suffix}`;
    if (Math.abs(mantissa) < 1 || text.includes('e') || digitsIn(text) >= bestDigits) continue;
    const read = readNumber(text, choice);
    if (read.kind !== 'value' || read.value !== value) continue;
    best = text;
    bestDigits = digitsIn(text);
  }
  return best;
}

function digitsIn(text: string): number {
  return text.replace(/[^\d.]/g, '').length;
}
