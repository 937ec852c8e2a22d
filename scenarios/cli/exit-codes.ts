/** Exit codes of the command; 130 is the shell's own for Ctrl-C. */
export const exitCodes = { ok: 0, failed: 1, badInput: 2, internal: 70, interrupted: 130 } as const;
