import { defineErrors } from '../../engine/kernel/errors.ts';

/** Every error of collective pricing. */
export const collectiveErrors = defineErrors({
  COLLECTIVE_RANKS: {
    fatal: false,
    text: '%what needs a whole number of ranks of at least %least, got %ranks',
    hint: '%remedy',
  },
  COLLECTIVE_BYTES: {
    fatal: false,
    text: '%what: bytes must be finite and not negative, got %bytes',
    hint: 'Give the whole buffer of one rank in bytes.',
  },
});

/** Throws COLLECTIVE_RANKS or COLLECTIVE_BYTES unless the sizes make sense. @internal */
export function requireSizes(what: string, ranks: number, bytes: number): void {
  if (!(Number.isSafeInteger(ranks) && ranks >= 1))
    throw collectiveErrors.create('COLLECTIVE_RANKS', {
      what,
      ranks,
      least: 1,
      remedy: 'Count the members of the group.',
    });
  if (!(bytes >= 0 && bytes < Number.POSITIVE_INFINITY))
    throw collectiveErrors.create('COLLECTIVE_BYTES', { what, bytes });
}
