/** Buffer sizes of the table, powers of two from 16 MiB to 4 GiB. */
const FIRST_SIZE = 2 ** 24;

/** Share of the network cards' rate that a ring over 2, 4, 8, 16 nodes reaches, by buffer size (aliyun/SimAI, ratio files). */
const table: readonly (readonly number[])[] = [
  [0.32, 0.47, 0.5, 0.67, 0.85, 0.89, 0.92, 0.94, 0.95],
  [0.24, 0.38, 0.53, 0.67, 0.77, 0.85, 0.93, 0.94, 0.95],
  [0.13, 0.24, 0.39, 0.54, 0.69, 0.78, 0.9, 0.94, 0.95],
  [0.05, 0.11, 0.21, 0.38, 0.57, 0.73, 0.76, 0.92, 0.95],
];

/** Share of the network cards' rate that a ring over `nodes` reaches with a buffer of `bytes`: linear in both logarithms, flat outside the table. */
export function ringShare(bytes: number, nodes: number): number {
  const row = clamp(Math.log2(nodes) - 1, table.length - 1);
  const column = clamp(Math.log2(bytes / FIRST_SIZE), (table[0]?.length ?? 1) - 1);
  const at = (r: number): number => {
    const values = table[r] as readonly number[];
    return between(values[Math.floor(column)] as number, values[Math.ceil(column)] as number, column % 1);
  };
  return between(at(Math.floor(row)), at(Math.ceil(row)), row % 1);
}

function clamp(value: number, high: number): number {
  return Math.min(high, Math.max(0, value));
}

function between(low: number, high: number, share: number): number {
  return low + share * (high - low);
}
