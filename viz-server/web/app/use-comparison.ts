import { useEffect, useState } from 'preact/hooks';
import type { ComparisonKind } from '../../protocol/client-messages.ts';
import type { ComparisonAnswer, RunPair } from './comparison.ts';
import type { Viewer } from './viewer.ts';

const retryMs = 1500;

/** Asks about the pair, again as long as one of the two goes on. */
export function useComparison<Kind extends ComparisonKind>(
  viewer: Viewer,
  pair: RunPair,
  part: Kind,
  more: Parameters<Viewer['compare']['ask']>[1] = {},
): readonly [ComparisonAnswer<Kind> | undefined, string] {
  const [answer, setAnswer] = useState<ComparisonAnswer<Kind> | undefined>(undefined);
  const [problem, setProblem] = useState('');
  const { before, after } = pair;
  const isRunning = before.state === 'running' || after.state === 'running';
  const key = JSON.stringify([before.run, before.state, after.run, after.state, more, viewer.line.value.kind]);
  useEffect(() => {
    let isGone = false;
    let timer = 0;
    const ask = (): void => {
      viewer.compare.ask(part, more).then(
        (found) => {
          if (isGone) return;
          setAnswer(found);
          setProblem('');
          if (isRunning && part !== 'divergence') timer = setTimeout(ask, retryMs) as unknown as number;
        },
        (error: unknown) => {
          if (isGone) return;
          setProblem(error instanceof Error ? error.message : String(error));
          if (isRunning) timer = setTimeout(ask, retryMs) as unknown as number;
        },
      );
    };
    ask();
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [key]);
  return [answer, problem];
}
