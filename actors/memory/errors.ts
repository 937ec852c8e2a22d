import { defineErrors, type ErrorRoom } from '../../engine/kernel/errors.ts';

/** Every error of memories and caches. */
export const memoryErrors: ErrorRoom<'MEMORY_FREE' | 'MEMORY_SIZE' | 'CACHE_SHAPE' | 'CACHE_STREAM'> = defineErrors({
  MEMORY_FREE: {
    fatal: true,
    text: 'cannot free %bytes B of %tag: %held B are held',
    hint: 'Free what was allocated, under the same tag, once.',
  },
  MEMORY_SIZE: {
    fatal: false,
    text: 'an allocation of %tag must be a whole number of bytes >= 0, got %bytes',
    hint: 'Round up to whole bytes.',
  },
  CACHE_SHAPE: {
    fatal: false,
    text: '%what of a cache is %value',
    hint: 'It must be %expected.',
  },
  CACHE_STREAM: {
    fatal: false,
    text: '%what of a stream of accesses is %value',
    hint: 'It must be %expected.',
  },
});
