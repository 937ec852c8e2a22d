import { defineErrors, type ErrorRoom } from '../../engine/index.ts';

/** Every error of this scenario's texts. */
export const papagaiErrors: ErrorRoom<'PAPAGAI_LABEL' | 'PAPAGAI_PLACEHOLDER'> = defineErrors({
  PAPAGAI_LABEL: { fatal: false, text: "template '%id' has the %what '%value'", hint: 'Allowed are %allowed.' },
  PAPAGAI_PLACEHOLDER: {
    fatal: false,
    text: "template '%id' has the placeholder '%placeholder'",
    hint: 'Placeholders are %known.',
  },
});
