import type { ActionArgs, Expression } from './action.ts';

/** Computes a new context from the old one; keys keep their order, as with Object.assign. */
export type Assigner = (context: unknown, args: ActionArgs, params: unknown) => unknown;

type Copy = (context: unknown, update: unknown) => unknown;

/** Calls that spread before an assigner is worth generating code, which takes as long as some thousand of them. */
const WARM = 500;
/** Shapes of context for which one assigner generates code before it settles for spreading. */
const MOST_SHAPES = 8;

/**
 * The assigner that sets `keys`. Spreading a context costs 30 ns, writing it out as a literal 5, so each assigner generates a
 * literal for the keys it finds; the code checks that it finds the same keys each time. Where code may not be generated it spreads.
 */
export function assignerOf(keys: readonly string[], expressions: readonly Expression[]): Assigner {
  const spread: Assigner = (context, args, params) => {
    const values = expressions.map(({ fn, value }) => (fn === undefined ? value : fn(args, params)));
    return { ...(context as object), ...Object.fromEntries(keys.map((key, i) => [key, values[i]])) };
  };
  let calls = 0;
  let shapes = 0;
  const miss: Assigner = (context, args, params) => {
    if (calls++ < WARM) return spread(context, args, params);
    const found = plainKeys(context);
    const isNew = shapes++ < MOST_SHAPES && found !== undefined && !keys.includes('__proto__');
    current = isNew ? literalOf(found, keys, expressions, miss) : spread;
    return spread(context, args, params);
  };
  let current = canGenerate ? miss : spread;
  return (context, args, params) => current(context, args, params);
}

/** The assigner whose function returns what to merge into the context. */
export function mergerOf(merge: (args: ActionArgs, params: unknown) => unknown): Assigner {
  const spread: Copy = (context, update) => ({ ...(context as object), ...(update as object) });
  let calls = 0;
  let shapes = 0;
  const miss: Copy = (context, update) => {
    if (calls++ < WARM) return spread(context, update);
    const found = plainKeys(context);
    const keys = plainKeys(update ?? {});
    const isNew = shapes++ < MOST_SHAPES && found !== undefined && keys !== undefined;
    current = isNew ? mergeOf(found, keys, miss) : spread;
    return spread(context, update);
  };
  let current = canGenerate ? miss : spread;
  return (context, args, params) => current(context, merge(args, params));
}

function literalOf(
  found: readonly string[],
  keys: readonly string[],
  expressions: readonly Expression[],
  miss: Assigner,
): Assigner {
  const isFunction = (i: number) => expressions[i]?.fn !== undefined;
  const prepare = keys.map((_, i) => `const x${i} = expressions[${i}].${isFunction(i) ? 'fn' : 'value'};`);
  const evaluate = keys.map((_, i) => `const e${i} = x${i}${isFunction(i) ? '(args, params)' : ''};`);
  const entries = union(found, keys).map((key) => {
    const i = keys.lastIndexOf(key);
    return `${quoted(key)}: ${i < 0 ? `context[${quoted(key)}]` : `e${i}`}`;
  });
  return generate(
    `${prepare.join(' ')}
    return (context, args, params) => {
      ${same('context', 'found', 'miss(context, args, params)')}
      ${evaluate.join(' ')}
      return { ${entries.join(', ')} };
    };`,
    { found, expressions, miss },
  );
}

function mergeOf(found: readonly string[], keys: readonly string[], miss: Copy): Copy {
  const entries = union(found, keys).map(
    (key) => `${quoted(key)}: ${keys.includes(key) ? 'update' : 'context'}[${quoted(key)}]`,
  );
  return generate(
    `return (context, update) => {
      ${same('context', 'found', 'miss(context, update)')}
      ${same('update', 'keys', 'miss(context, update)')}
      return { ${entries.join(', ')} };
    };`,
    { found, keys, miss },
  );
}

/** Code that leaves with `otherwise` unless the object has exactly the keys listed, in that order. */
function same(object: string, list: string, otherwise: string): string {
  const count = `n_${object}`;
  return `let ${count} = 0;
    for (const key in ${object}) if (key !== ${list}[${count}++]) return ${otherwise};
    if (${count} !== ${list}.length) return ${otherwise};`;
}

/** The keys of an object that a literal can write out; undefined for one with symbols, getters or a key that sets the prototype. */
function plainKeys(value: unknown): string[] | undefined {
  const described = Object.getOwnPropertyDescriptors(value as object);
  const names = Reflect.ownKeys(described);
  const isPlain = names.every(
    (name) => typeof name === 'string' && name !== '__proto__' && 'value' in described[name]!,
  );
  return isPlain ? Object.keys(value as object) : undefined;
}

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])];
}

function quoted(key: string): string {
  return JSON.stringify(key);
}

function generate<F>(body: string, scope: Readonly<Record<string, unknown>>): F {
  return new Function(...Object.keys(scope), `'use strict'; ${body}`)(...Object.values(scope)) as F;
}

const canGenerate = ((): boolean => {
  try {
    return new Function('return true')() as boolean;
  } catch {
    return false;
  }
})();
