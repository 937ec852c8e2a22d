import { PulseWriter, type WriteLaw } from '../../actors/index.ts';
import type { RandomSource } from '../../engine/index.ts';

/** A writer for each array, with draws of its own: arrays are written side by side, and nothing may depend on whose row comes first. */
export function writersOf(law: WriteLaw, source: RandomSource, arrays: number): readonly PulseWriter[] {
  return Array.from({ length: arrays }, (_, array) => new PulseWriter(law, source.stream(`array ${array}`, 'write')));
}

/** What writers have spent on a cell, the share that gave up, and the deviation of what is left to the targets; 0 without cells. */
export function spentBy(writers: readonly PulseWriter[]): {
  readonly pulsesPerCell: number;
  readonly failShare: number;
  readonly residual: number;
} {
  const sum = (of: (writer: PulseWriter) => number): number => writers.reduce((total, writer) => total + of(writer), 0);
  const cells = sum((writer) => writer.cells) || 1;
  return {
    pulsesPerCell: sum((writer) => writer.totalPulses) / cells,
    failShare: sum((writer) => writer.failed) / cells,
    residual: Math.sqrt(sum((writer) => writer.squares) / cells),
  };
}
