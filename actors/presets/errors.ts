import { defineErrors } from '../../engine/kernel/errors.ts';

/** Every error of the preset room. */
export const presetErrors = defineErrors({
  PRESET_UNKNOWN: {
    fatal: false,
    text: 'unknown %kind preset "%id"',
    hint: 'Known: %known.',
  },
});
