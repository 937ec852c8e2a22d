import type { Result } from './measure.ts';
import type { Workload } from './workloads.ts';

/** One result as a line of JSON. */
export function jsonLine({ name, unit }: Workload, { engine, value, spread, rssMb, samples }: Result): string {
  return JSON.stringify({
    bench: name,
    engine,
    value: Number(value.toPrecision(4)),
    unit,
    spread: Number(spread.toFixed(3)),
    rssMb,
    samples,
  });
}

function million(value: number): string {
  return value >= 1e5 ? `${(value / 1e6).toFixed(2)} M` : `${(value / 1e3).toFixed(1)} k`;
}

/** The results of one workload for people; the last column says how many times faster Escapement is than that engine. */
export function table({ name, unit }: Workload, results: readonly Result[]): string {
  const ours = results.find(({ engine }) => engine === 'escapement');
  const rows = results.map(({ engine, value, spread, rssMb, samples }) => {
    const ratio = ours && ours.engine !== engine ? `${(ours.value / value).toFixed(2)}x` : '';
    const figures = `${million(value).padStart(9)} ${unit.padEnd(18)} +${(spread * 100).toFixed(0)} %`.padEnd(36);
    return `  ${engine.padEnd(20)}${figures} n=${samples} ${rssMb.toFixed(0).padStart(5)} MiB ${ratio.padStart(8)}`;
  });
  return [name, ...rows].join('\n');
}
