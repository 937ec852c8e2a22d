import type { Io } from './io.ts';

/** One line on stderr that is rewritten in place; silent when stderr is no terminal. */
export interface Progress {
  /** Shows `label`, the done share 0 to 1 and an estimate of the time left; NaN when the share is unknown. */
  update(fraction: number, label: string): void;
  /** Removes the line. */
  clear(): void;
}

const quietMs = 400; // short runs finish before any line appears
const refreshMs = 80;

/** Starts a progress line. */
export function startProgress(io: Io): Progress {
  if (!io.showProgress) return { update: () => undefined, clear: () => undefined };
  const started = performance.now();
  let last = started + quietMs - refreshMs;
  let shown = false;
  return {
    update(fraction, label) {
      const now = performance.now();
      if (now - last < refreshMs) return;
      last = now;
      shown = true;
      const seconds = (now - started) / 1000;
      const left = fraction > 0.02 ? `, about ${human((seconds / fraction) * (1 - fraction))} left` : '';
      const share = Number.isNaN(fraction) ? '' : `${String(Math.floor(fraction * 100)).padStart(3)} %  `;
      const text = `${share}${label}  ${human(seconds)}${left}`;
      io.err(`\r\u001b[2K${text.slice(0, Math.max(20, (process.stderr.columns || 80) - 1))}`);
    },
    clear() {
      if (shown) io.err('\r\u001b[2K');
      shown = false;
    },
  };
}

function human(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
