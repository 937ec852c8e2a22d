/** One entry of a room's catalogue. `%name` in `text` and `hint` is replaced by the value of that name. */
export interface ErrorEntry {
  /** Whether the run cannot continue after it. */
  readonly fatal: boolean;
  readonly text: string;
  readonly hint: string;
}

/** Where in a run an error was raised; printed with every error raised during one. */
export interface ErrorPlace {
  /** Virtual time as people read it, e.g. `3.5 us`. */
  readonly at?: string;
  /** Path of the actor whose handler ran. */
  readonly actor?: string;
  readonly seed?: number;
  /** Number of the event being handled, counted from 1. */
  readonly event?: number;
}

/** Misuse or a defect, with a stable `code`, the received values, where it happened and what to do. */
export class SimError extends Error {
  readonly code: string;
  readonly fatal: boolean;
  readonly values: Readonly<Record<string, unknown>>;
  readonly place: ErrorPlace;

  constructor(
    code: string,
    entry: ErrorEntry,
    values: Readonly<Record<string, unknown>>,
    place: ErrorPlace,
    cause?: unknown,
  ) {
    const where = describePlace(place);
    super(
      `${fill(entry.text, values)}${where} ${fill(entry.hint, values)}`,
      cause === undefined ? undefined : { cause },
    );
    this.name = 'SimError';
    this.code = code;
    this.fatal = entry.fatal;
    this.values = values;
    this.place = place;
  }
}

/** The errors of one room: a catalogue and the only way to make them. */
export interface ErrorRoom<Code extends string> {
  readonly catalogue: Readonly<Record<Code, ErrorEntry>>;
  create(code: Code, values?: Readonly<Record<string, unknown>>, place?: ErrorPlace, cause?: unknown): SimError;
}

/** Declares a room's error catalogue. Codes are typed: `create` accepts only those declared. */
export function defineErrors<const Catalogue extends Record<string, ErrorEntry>>(
  catalogue: Catalogue,
): ErrorRoom<keyof Catalogue & string> {
  return {
    catalogue,
    create(code, values = {}, place = {}, cause) {
      return new SimError(code, catalogue[code] as ErrorEntry, values, place, cause);
    },
  };
}

function fill(text: string, values: Readonly<Record<string, unknown>>): string {
  return text.replace(/%([a-zA-Z]+)/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

function describePlace(place: ErrorPlace): string {
  const parts: string[] = [];
  if (place.at !== undefined) parts.push(`at ${place.at}`);
  if (place.actor !== undefined) parts.push(`actor ${place.actor}`);
  if (place.event !== undefined) parts.push(`event ${place.event}`);
  if (place.seed !== undefined) parts.push(`seed ${place.seed}`);
  return parts.length === 0 ? '.' : ` (${parts.join(', ')}).`;
}
