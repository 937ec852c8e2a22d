import type { Bytes } from '../../engine/kernel/quantities.ts';
import type { Duration } from '../../engine/kernel/time.ts';
import { dataflowErrors } from './errors.ts';

/** One kind of engine and how many of it there are. */
export interface EngineKind {
  readonly name: string;
  /** At least 1. */
  readonly count: number;
  /** Every slice is spread over all engines of the kind, which start it together. Default false: a slice runs on the first free engine. */
  readonly together?: boolean;
}

/** One operation of a program. Its place in the program is its number and its rank in the queue of its engine kind. */
export interface Operation {
  readonly name: string;
  /** What time spent on it is called. */
  readonly label: string;
  /** Name of the engine kind it is bound to. */
  readonly engine: string;
  /** Numbers of earlier operations whose output it reads. */
  readonly after: readonly number[];
  /** Time of all slices on an otherwise idle device, without setup. */
  readonly work: Duration;
  /** Paid before the first slice; default 0. */
  readonly setup?: Duration;
  /** Paid before each later slice; default 0. */
  readonly sliceSetup?: Duration;
  /** Equal parts that producers and consumers hand on one by one; default 1. */
  readonly slices?: number;
  /** Traffic on the shared memory, evenly over `work`; default 0. */
  readonly bytes?: Bytes;
  /** Size of what it writes: held from the start of the first slice to the end of the last consumer. Default 0. */
  readonly output?: Bytes;
  /** Size of what is handed on in on-chip memory: each slice from its start until every reader has ended the same share. Default 0. */
  readonly scratch?: Bytes;
  /** Time that must pass between its inputs being ready and its start, such as a compilation; default 0. */
  readonly preparation?: Duration;
}

/** Throws DATAFLOW_ENGINE, DATAFLOW_ORDER, DATAFLOW_COUNT, DATAFLOW_AMOUNT unless every operation can run on `engines`. */
export function checkProgram(engines: readonly EngineKind[], program: readonly Operation[]): void {
  const known = new Set(engines.map(({ name }) => name));
  for (const { name, count } of engines) requireCount(`count of engine ${name}`, count);
  program.forEach((operation, op) => {
    const { name, engine, after, slices = 1 } = operation;
    if (!known.has(engine))
      throw dataflowErrors.create('DATAFLOW_ENGINE', { op, name, engine, known: [...known].join(', ') });
    for (const before of after)
      if (!(Number.isInteger(before) && before >= 0 && before < op))
        throw dataflowErrors.create('DATAFLOW_ORDER', { op, name, after: before });
    requireCount(`slices of operation ${op} (${name})`, slices);
    const { work, setup = 0, sliceSetup = 0, bytes = 0, output = 0, scratch = 0, preparation = 0 } = operation;
    for (const [what, value] of Object.entries({ work, setup, sliceSetup, bytes, output, scratch, preparation }))
      if (!(value >= 0 && value < Number.POSITIVE_INFINITY))
        throw dataflowErrors.create('DATAFLOW_AMOUNT', { what: `${what} of operation ${op} (${name})`, value });
  });
}

function requireCount(what: string, value: number): void {
  if (!(Number.isSafeInteger(value) && value >= 1)) throw dataflowErrors.create('DATAFLOW_COUNT', { what, value });
}
