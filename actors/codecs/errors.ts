import { defineErrors, type ErrorRoom } from '../../engine/kernel/errors.ts';

/** Every error of the codecs. */
export const codecErrors: ErrorRoom<
  | 'CODEC_OPTION'
  | 'CODEC_SHAPE'
  | 'CODEC_SIZE'
  | 'CODEC_MAGIC'
  | 'CODEC_VERSION'
  | 'CODEC_TRUNCATED'
  | 'CODEC_CHECKSUM'
  | 'CODEC_CORRUPT'
> = defineErrors({
  CODEC_OPTION: {
    fatal: false,
    text: '%option is %value',
    hint: 'It must be %expected.',
  },
  CODEC_SHAPE: {
    fatal: false,
    text: 'a field of %planes x %height x %width does not describe %values values',
    hint: 'Give whole numbers above 0 whose product is the number of values, at most 2^31 - 1.',
  },
  CODEC_SIZE: {
    fatal: false,
    text: '%bits bits do not fit one container',
    hint: 'Split the values into several containers of less than 2^32 bits each.',
  },
  CODEC_MAGIC: {
    fatal: false,
    text: 'these bytes begin with %found, not with the mark of a container',
    hint: 'Give the bytes that compress returned.',
  },
  CODEC_VERSION: {
    fatal: false,
    text: 'the container has version %found, this reader knows %known',
    hint: 'Compress the data again with this release.',
  },
  CODEC_TRUNCATED: {
    fatal: false,
    text: 'the container has %found bytes where %expected are due',
    hint: 'Store and copy all bytes that compress returned, and no others.',
  },
  CODEC_CHECKSUM: {
    fatal: false,
    text: 'the container has checksum %found where %expected is due',
    hint: 'Its bytes were changed: fetch or compress it again.',
  },
  CODEC_CORRUPT: {
    fatal: false,
    text: 'the container contradicts itself: %reason',
    hint: 'Its bytes were not written by compress.',
  },
});
