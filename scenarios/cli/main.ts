#!/usr/bin/env node
import { processIo } from './io.ts';
import { runCli } from './run-cli.ts';
import { tuneV8 } from './tune-v8.ts';

/** `escapement list | head` closes the pipe early; that is no error of ours. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
  throw error;
}

tuneV8();
process.stdout.on('error', ignoreClosedPipe);
process.stderr.on('error', ignoreClosedPipe);
const io = processIo();
await runCli(process.argv.slice(2), {
  ...io,
  serve: async (request) => (await import('../../viz-server/serve-viewer.ts')).serveViewer(request, io),
});
