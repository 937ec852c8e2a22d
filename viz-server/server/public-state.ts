/** Entries of one object or list, and levels, that are shown. */
const mostEntries = 100;
const mostDepth = 5;
const mostText = 300;
/** Values shown in all. */
const mostValues = 2000;

/** The state of an actor as JSON can hold it, cut where it is large: `…` says that something was left out. */
export function publicState(state: unknown): unknown {
  let left = mostValues;
  const show = (value: unknown, depth: number): unknown => {
    if (--left < 0) return '…';
    if (typeof value === 'string') return value.length > mostText ? `${value.slice(0, mostText)}…` : value;
    if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
    if (typeof value === 'boolean' || value === null) return value;
    if (value === undefined) return null;
    if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
    if (typeof value === 'function') return 'function';
    if (depth >= mostDepth) return '…';
    const next = (inner: unknown): unknown => show(inner, depth + 1);
    if (value instanceof Map) {
      const entries = [...value].slice(0, mostEntries).map(([key, inner]) => [next(key), next(inner)]);
      return value.size > mostEntries ? [...entries, '…'] : entries;
    }
    if (Array.isArray(value) || value instanceof Set || (ArrayBuffer.isView(value) && 'length' in value)) {
      const all = value as Iterable<unknown> & { readonly length?: number; readonly size?: number };
      const shown: unknown[] = [];
      for (const inner of all) {
        if (shown.length === mostEntries) {
          shown.push('…');
          break;
        }
        shown.push(next(inner));
      }
      return shown;
    }
    const shown: Array<readonly [string, unknown]> = [];
    for (const [key, inner] of Object.entries(value)) {
      if (shown.length === mostEntries) {
        shown.push(['…', '…']);
        break;
      }
      shown.push([key.slice(0, mostText), next(inner)]);
    }
    return Object.fromEntries(shown);
  };
  return show(state, 0);
}
