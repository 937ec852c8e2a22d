import { createMachine } from 'xstate';

/**
 * What happens to a cell. Forming: `FORM_PULSE`, then how it went. Writing: `PULSE`, `LANDED` when the pulse is over, then
 * `RETRY` or the verdict `PASS_HRS`, `PASS_MID`, `PASS_LRS`, which also ends a cell that gave up. `WEAR_OPEN` and `WEAR_SHORT`
 * end its life, `READ` changes nothing, `RESET_ALL` erases.
 */
export type CellEvent =
  | 'FORM_PULSE'
  | 'FORM_OK'
  | 'FORM_OPEN'
  | 'FORM_SHORT'
  | 'PULSE'
  | 'LANDED'
  | 'RETRY'
  | 'PASS_HRS'
  | 'PASS_MID'
  | 'PASS_LRS'
  | 'WEAR_OPEN'
  | 'WEAR_SHORT'
  | 'READ'
  | 'RESET_ALL';

/** States of a cell: HRS is the high-resistance end (conductance 0), LRS the low-resistance end (conductance 1). */
export type CellState =
  | 'pristine'
  | 'forming'
  | 'hrs'
  | 'lrs'
  | 'intermediate'
  | 'programming'
  | 'verifying'
  | 'stuckOff'
  | 'stuckOn';

const wear = { WEAR_OPEN: 'stuckOff', WEAR_SHORT: 'stuckOn' } as const;

/** A settled cell: written again by `PULSE`, read without a change, erased by `RESET_ALL`. */
const settled = <Own extends 'hrs' | 'lrs' | 'intermediate'>(own: Own) =>
  ({ on: { PULSE: 'programming', ...wear, READ: own, RESET_ALL: 'hrs' } }) as const;

/**
 * A resistive memory cell without context, for `population`. Random outcomes are drawn before the event is sent, so the chart
 * itself is deterministic. Stuck cells absorb everything: `stuckOn` at conductance 1, `stuckOff` at 0. An event that a state
 * does not name leaves the cell alone, as in XState.
 */
export const cellChart = createMachine({
  id: 'cell',
  types: {} as { events: { readonly type: CellEvent } },
  initial: 'pristine',
  states: {
    pristine: { on: { FORM_PULSE: 'forming', READ: 'pristine', RESET_ALL: 'pristine' } },
    forming: { on: { FORM_OK: 'lrs', FORM_OPEN: 'stuckOff', FORM_SHORT: 'stuckOn' } },
    hrs: settled('hrs'),
    lrs: settled('lrs'),
    intermediate: settled('intermediate'),
    programming: { on: { LANDED: 'verifying', ...wear } },
    verifying: {
      on: { RETRY: 'programming', PASS_HRS: 'hrs', PASS_MID: 'intermediate', PASS_LRS: 'lrs', ...wear },
    },
    stuckOff: { type: 'final' },
    stuckOn: { type: 'final' },
  },
});
