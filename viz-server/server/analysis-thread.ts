import { parentPort } from 'node:worker_threads';
import { SimError } from '../../engine/index.ts';
import type { AnalysisAnswer, FromAnalysis, ToAnalysis } from './analysis-link.ts';
import { RunArchives } from './run-archives.ts';

const archives = new RunArchives();
parentPort?.on('message', (message: ToAnalysis) => {
  if (message.kind !== 'ask') {
    archives.hear(message);
    return;
  }
  let answer: AnalysisAnswer;
  try {
    answer = archives.answer(message.question);
  } catch (error) {
    answer =
      error instanceof SimError
        ? { kind: 'error', code: error.code, message: error.message, hint: '' }
        : { kind: 'error', code: 'LIVE_TRACE', message: String(error), hint: 'Please report it.' };
  }
  const reply: FromAnalysis = { id: message.id, answer };
  parentPort?.postMessage(reply, answer.kind === 'bytes' ? [answer.bytes.buffer] : []);
});
