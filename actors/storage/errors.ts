import { defineErrors, type ErrorRoom } from '../../engine/kernel/errors.ts';

/** Every error of storage devices. */
export const storageErrors: ErrorRoom<'STORAGE_SPEC' | 'STORAGE_READ'> = defineErrors({
  STORAGE_SPEC: { fatal: false, text: '%what of a storage device is %value', hint: 'It must be %expected.' },
  STORAGE_READ: { fatal: true, text: '%what of a read is %value', hint: 'It must be %expected.' },
});

/** Throws STORAGE_SPEC unless `value` is a whole number of at least 1. @internal */
export function checkCount(what: string, value: number): void {
  if (!(Number.isSafeInteger(value) && value >= 1))
    throw storageErrors.create('STORAGE_SPEC', { what, value, expected: 'a whole number of at least 1' });
}

/** Throws STORAGE_READ unless offset and bytes are whole numbers and something is read. @internal */
export function checkRange(offset: number, bytes: number): void {
  if (!(Number.isSafeInteger(offset) && offset >= 0))
    throw storageErrors.create('STORAGE_READ', { what: 'offset', value: offset, expected: 'a whole number >= 0' });
  if (!(Number.isSafeInteger(bytes) && bytes >= 1))
    throw storageErrors.create('STORAGE_READ', {
      what: 'size',
      value: bytes,
      expected: 'a whole number of bytes >= 1',
    });
}
