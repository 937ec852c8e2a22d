import { timeoutProvider } from 'rxjs/internal/scheduler/timeoutProvider';

interface Unhandled {
  readonly error: unknown;
}

// RxJS reports what no error handler took by a real timer, after the run and without its place. Its own door for virtual time,
// the one that TestScheduler uses, brings these reports back into the run. Pinned by the version of rxjs and a test.
let unhandled: Unhandled | undefined;

const provider = {
  setTimeout(report: () => void): ReturnType<typeof timeoutProvider.setTimeout> {
    try {
      report();
    } catch (error) {
      unhandled ??= { error };
    }
    return 0 as unknown as ReturnType<typeof timeoutProvider.setTimeout>;
  },
  clearTimeout(): void {},
};

function swap(next: Unhandled | undefined): Unhandled | undefined {
  const before = unhandled;
  unhandled = next;
  return before;
}

/**
 * Calls `work(subject, value)` and throws what it threw, else the first error that RxJS found unhandled meanwhile. An error
 * handler that the user gave to RxJS (`config.onUnhandledError`) comes first, as always. @internal
 */
export function guarded<Subject, Value>(
  work: (subject: Subject, value: Value) => void,
  subject: Subject,
  value: Value,
): void {
  const { delegate } = timeoutProvider;
  const outer = swap(undefined);
  let first: Unhandled | undefined;
  timeoutProvider.delegate = provider;
  try {
    work(subject, value);
  } finally {
    first = swap(outer);
    timeoutProvider.delegate = delegate;
  }
  if (first !== undefined) throw first.error;
}
