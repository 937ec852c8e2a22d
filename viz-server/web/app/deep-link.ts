/** Everything that restores a view; kept in the fragment of the address, behind the token. */
export interface ViewLink {
  readonly token: string;
  readonly control: string;
  readonly run: string;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly task: number | undefined;
  /** The moment of the past that is looked at. */
  readonly past: number | undefined;
  /** `events` for an axis by events, else empty. */
  readonly axis: string;
  readonly tab: string;
  readonly query: string;
  readonly filter: string;
  readonly pinned: readonly number[];
  readonly closed: readonly number[];
}

export const noLink: ViewLink = {
  token: '',
  control: '',
  run: '',
  from: undefined,
  to: undefined,
  task: undefined,
  past: undefined,
  axis: '',
  tab: '',
  query: '',
  filter: '',
  pinned: [],
  closed: [],
};

/** Reads a fragment; what does not parse is left out. */
export function readLink(fragment: string): ViewLink {
  const values = new URLSearchParams(fragment.replace(/^#/, ''));
  const text = (key: string): string => (values.get(key) ?? '').slice(0, 2000);
  const ids = (key: string): number[] =>
    text(key)
      .split('.')
      .filter((part) => /^\d{1,10}$/.test(part))
      .map(Number);
  const whole = (key: string): number | undefined => {
    const value = values.get(key);
    return value !== null && /^-?\d{1,16}$/.test(value) ? Number(value) : undefined;
  };
  return {
    token: text('t'),
    control: text('c'),
    run: text('run'),
    from: whole('from'),
    to: whole('to'),
    task: whole('task'),
    past: whole('past'),
    axis: text('axis'),
    tab: text('tab'),
    query: text('q'),
    filter: text('f'),
    pinned: ids('pin'),
    closed: ids('closed'),
  };
}

/** Writes a fragment, the token first. */
export function writeLink(link: ViewLink): string {
  const values = new URLSearchParams();
  const put = (key: string, value: string | number | undefined): void => {
    if (value !== undefined && value !== '') values.set(key, String(value));
  };
  put('t', link.token);
  put('c', link.control);
  put('run', link.run);
  put('from', link.from);
  put('to', link.to);
  put('task', link.task);
  put('past', link.past);
  put('axis', link.axis);
  put('tab', link.tab);
  put('q', link.query);
  put('f', link.filter);
  put('pin', link.pinned.join('.'));
  put('closed', link.closed.join('.'));
  return `#${values.toString()}`;
}
