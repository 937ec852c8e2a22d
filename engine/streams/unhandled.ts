import { timeoutProvider } from 'rxjs/internal/scheduler/timeoutProvider';

// RxJS reports what no error handler took by a real timer, after the run and without its place. Its own door for virtual time,
// the one that TestScheduler uses, brings these reports back into the run. Pinned by the version of rxjs and a test.
let unhandled: unknown[] | undefined;

const provider = {
  setTimeout(report: () => void): ReturnType<typeof timeoutProvider.setTimeout> {
    try {
      report();
    } catch (error) {
      unhandled?.push(error);
    }
    return 0 as unknown as ReturnType<typeof timeoutProvider.setTimeout>;
  },
  clearTimeout(): void {},
};

/**
 * Calls `work(subject, value)` and throws the first error that it threw or that RxJS found unhandled meanwhile. An error handler
 * the user gave to RxJS (`config.onUnhandledError`) comes first, as always. @internal
 */
export function guarded<Subject, Value>(
  work: (subject: Subject, value: Value) => void,
  subject: Subject,
  value: Value,
): void {
  const outer = unhandled;
  const delegate = timeoutProvider.delegate;
  const errors: unknown[] = [];
  unhandled = errors;
  timeoutProvider.delegate = provider;
  try {
    work(subject, value);
  } finally {
    unhandled = outer;
    timeoutProvider.delegate = delegate;
  }
  if (errors.length > 0) throw errors[0];
}
