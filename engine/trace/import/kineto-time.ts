/** A time of a trace: whole microseconds and the nanoseconds within them, exact also where a double is not. */
export interface TraceTime {
  readonly micro: number;
  readonly nano: number;
}

const plain = /^(-?)(\d{1,16})(?:\.(\d+))?$/;

/** Reads microseconds from their digits, to whole nanoseconds (further digits are cut off). Undefined when they are no time. */
export function parseTime(digits: unknown): TraceTime | undefined {
  if (typeof digits !== 'string') return undefined;
  const match = plain.exec(digits);
  if (match !== null) {
    const micro = Number(match[2]);
    if (!Number.isSafeInteger(micro)) return undefined;
    const nano = Number((match[3] ?? '').slice(0, 3).padEnd(3, '0'));
    if (match[1] === '-' && (micro > 0 || nano > 0))
      return nano === 0 ? { micro: -micro, nano } : { micro: -micro - 1, nano: 1000 - nano };
    return { micro, nano };
  }
  if (!/^-?\d+(\.\d+)?[eE][+-]?\d+$/.test(digits)) return undefined;
  const value = Number(digits);
  if (!(Math.abs(value) < 2 ** 53)) return undefined;
  const micro = Math.floor(value);
  return { micro, nano: Math.floor((value - micro) * 1000) };
}

/** Nanoseconds from `base` to `time`. */
export function nanosecondsSince(base: TraceTime, time: TraceTime): number {
  return (time.micro - base.micro) * 1000 + (time.nano - base.nano);
}
