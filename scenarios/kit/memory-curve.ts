/** Memory in use over one step: at each allocation and release a point before and one after it, as per cent of the step and GB. */
export function memoryCurve(
  changes: ReadonlyArray<{ readonly at: number; readonly bytes: number }>,
  seconds: number,
): Array<readonly [number, number]> {
  let used = 0;
  return changes.flatMap(({ at, bytes }) => {
    const progress = (100 * at) / 1e12 / seconds;
    const before = used / 1e9;
    used += bytes;
    return [
      [progress, before],
      [progress, used / 1e9],
    ] as const;
  });
}
