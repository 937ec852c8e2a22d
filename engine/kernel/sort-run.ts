const BLOCK = 24;

/** Where in a record, counted in words, the phase is. */
interface PhaseField {
  readonly stride: number;
  readonly offset: number;
  readonly mask: number;
}

/**
 * Sorts the first `size` (time, slot) pairs, given newest first, by time, phase and order of scheduling. Phases are read from
 * `records`, where times are equal. Insertion sort in blocks, then merges: a bucket rarely holds more than one block.
 */
export function sortRun(
  times: Float64Array,
  slots: Int32Array,
  size: number,
  records: Int32Array,
  field: PhaseField,
): void {
  for (let i = 0, j = size - 1; i < j; i++, j--) {
    const time = times[i]!;
    times[i] = times[j]!;
    times[j] = time;
    const slot = slots[i]!;
    slots[i] = slots[j]!;
    slots[j] = slot;
  }
  for (let start = 0; start < size; start += BLOCK)
    sortBlock(times, slots, start, Math.min(start + BLOCK, size), records, field);
  if (size > BLOCK) mergeBlocks(times, slots, size, records, field);
}

function sortBlock(
  times: Float64Array,
  slots: Int32Array,
  start: number,
  end: number,
  records: Int32Array,
  field: PhaseField,
): void {
  for (let i = start + 1; i < end; i++) {
    const time = times[i]!;
    if (times[i - 1]! < time) continue;
    const slot = slots[i]!;
    const phase = phaseOf(slot, records, field);
    let hole = i;
    while (hole > start) {
      const before = times[hole - 1]!;
      if (before < time) break;
      const other = slots[hole - 1]!;
      if (before === time && phaseOf(other, records, field) <= phase) break;
      times[hole] = before;
      slots[hole] = other;
      hole--;
    }
    times[hole] = time;
    slots[hole] = slot;
  }
}

function mergeBlocks(
  times: Float64Array,
  slots: Int32Array,
  size: number,
  records: Int32Array,
  field: PhaseField,
): void {
  const leftTimes = new Float64Array(size);
  const leftSlots = new Int32Array(size);
  for (let width = BLOCK; width < size; width *= 2) {
    for (let start = 0; start + width < size; start += 2 * width) {
      const middle = start + width;
      const end = Math.min(middle + width, size);
      if (!isAfter(times, slots, middle - 1, times[middle]!, slots[middle]!, records, field)) continue;
      for (let i = start; i < middle; i++) {
        leftTimes[i - start] = times[i]!;
        leftSlots[i - start] = slots[i]!;
      }
      let left = 0;
      let right = middle;
      for (let to = start; left < width && right < end; to++) {
        if (isAfter(leftTimes, leftSlots, left, times[right]!, slots[right]!, records, field)) {
          times[to] = times[right]!;
          slots[to] = slots[right++]!;
        } else {
          times[to] = leftTimes[left]!;
          slots[to] = leftSlots[left++]!;
        }
      }
      for (let to = right - (width - left); left < width; to++) {
        times[to] = leftTimes[left]!;
        slots[to] = leftSlots[left++]!;
      }
    }
  }
}

/** Whether the pair at `index` belongs behind (time, slot). */
function isAfter(
  times: Float64Array,
  slots: Int32Array,
  index: number,
  time: number,
  slot: number,
  records: Int32Array,
  field: PhaseField,
): boolean {
  const own = times[index]!;
  if (own !== time) return own > time;
  const phase = phaseOf(slots[index]!, records, field);
  return phase > phaseOf(slot, records, field);
}

function phaseOf(slot: number, records: Int32Array, { stride, offset, mask }: PhaseField): number {
  return records[slot * stride + offset]! & mask;
}
