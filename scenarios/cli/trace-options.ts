import type { Command } from 'commander';

/** Options of a run that is recorded, or asks what if something were free. */
export interface TraceOptions {
  readonly trace?: string;
  readonly traceUnit?: string;
  readonly traceKind?: readonly string[];
  readonly traceFrom?: string;
  readonly traceUntil?: string;
  readonly traceMemory?: string;
  readonly free?: readonly string[];
}

const several = (text: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), text];

/** Adds the options. */
export function withTraceOptions(command: Command): void {
  command
    .option('--trace <file>', 'record what every task did and waited for: .pftrace (ui.perfetto.dev) or .json')
    .option('--trace-unit <unit>', 'ns, or ps: picoseconds written as if they were nanoseconds')
    .option('--trace-kind <kind>', 'record tasks of this kind only; may be repeated', several)
    .option('--trace-from <time>', 'record from this virtual time on, e.g. 2ms')
    .option('--trace-until <time>', 'record up to this virtual time')
    .option('--trace-memory <bytes>', 'memory for what is recorded and not yet written (default: 64MiB)')
    .option('--free <name>', 'what if this resource, station or link were free; name* for all that begin so', several);
}
