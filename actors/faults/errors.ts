import { defineErrors, type ErrorRoom } from '../../engine/kernel/errors.ts';

/** Every error of this room. */
export const faultErrors: ErrorRoom<'FAULT_SPEED'> = defineErrors({
  FAULT_SPEED: {
    fatal: true,
    text: 'the law %law gave device %device the speed %speed',
    hint: 'Speeds are positive factors, 1 the usual one: take a law with a positive lower bound.',
  },
});
