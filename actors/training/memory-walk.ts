import type { Permanent, Program } from './chunk.ts';

/** What a program would hold on a device without limit: the peak, and the largest sum under each tag. */
export interface MemoryWalk {
  readonly peak: number;
  /** Bytes by tag when the peak was reached first. */
  readonly atPeak: Readonly<Record<string, number>>;
  /** Most bytes ever held under each tag. */
  readonly most: Readonly<Record<string, number>>;
  /** Bytes by tag at the end. */
  readonly left: Readonly<Record<string, number>>;
}

/** Follows the allocations of a program in their order without running it; equal to what the device memory of a run without limit records. */
export function walkMemory(permanent: readonly Permanent[], program: Program): MemoryWalk {
  const live: Record<string, number> = {};
  const most: Record<string, number> = {};
  let used = 0;
  let peak = 0;
  let atPeak: Readonly<Record<string, number>> = {};
  const change = (tag: string, bytes: number): void => {
    const now = (live[tag] ?? 0) + bytes;
    live[tag] = now;
    most[tag] = Math.max(most[tag] ?? 0, now);
    used += bytes;
    if (used <= peak) return;
    peak = used;
    atPeak = { ...live };
  };
  for (const { tag, bytes } of permanent) change(tag, bytes);
  for (let i = 0; i < program.length; i++)
    for (const { work } of program.at(i) ?? [])
      if (work.kind === 'allocate') change(work.tag, work.bytes);
      else if (work.kind === 'free') change(work.tag, -work.bytes);
  return { peak, atPeak, most, left: { ...live } };
}
