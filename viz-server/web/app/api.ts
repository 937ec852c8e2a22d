import type { ViewLink } from './deep-link.ts';
import type { Viewer } from './viewer.ts';

interface Page {
  readonly address: { readonly link: ViewLink };
}

/** Fetches from the HTTP interface of the server with the token of the link. Throws when the server refuses. */
async function fetchApi(page: Page, path: string): Promise<Response> {
  const response = await fetch(`/api/v1/${path}`, { headers: { authorization: `Bearer ${page.address.link.token}` } });
  if (!response.ok)
    throw new Error(`The server answers ${path} with ${response.status}: ${(await response.text()).slice(0, 300)}`);
  return response;
}

/** The same, as JSON. */
export async function fetchJson(page: Page, path: string): Promise<unknown> {
  return (await fetchApi(page, path)).json();
}

/** Sends a recorded trace to be compared; returns the number it has as a run. Throws when the server refuses. */
export async function uploadTrace(page: Page, file: File): Promise<number> {
  const { token, control } = page.address.link;
  const response = await fetch(`/api/v1/traces?name=${encodeURIComponent(file.name.slice(0, 100))}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${control === '' ? token : control}` },
    body: file,
  });
  const answer = (await response.json()) as { readonly run?: number; readonly error?: { readonly message: string } };
  if (answer.run === undefined) throw new Error(answer.error?.message ?? `The server answers with ${response.status}.`);
  return answer.run;
}

const perfetto = 'https://ui.perfetto.dev';
const pingMs = 50;
const patienceMs = 30_000;

/**
 * Opens the trace in Perfetto's page, which takes it by message: nothing is uploaded. `open` is `window.open` but for tests; the name of the
 * page's origin comes with it. Throws when the browser does not let a window open or it never answers.
 */
export async function openInPerfetto(viewer: Viewer, origin = perfetto): Promise<void> {
  const page = window.open(origin);
  if (page === null)
    throw new Error('The browser did not let a window open: download the trace instead and drop it there.');
  const buffer = await (await fetchApi(viewer, 'trace.pftrace')).arrayBuffer();
  await new Promise<void>((resolve, reject) => {
    const started = performance.now();
    const timer = setInterval(() => {
      if (performance.now() - started > patienceMs)
        stop(new Error('Perfetto did not answer: download the trace instead.'));
      else page.postMessage('PING', origin);
    }, pingMs);
    const hear = (event: MessageEvent): void => {
      if (event.source === page && event.data === 'PONG') stop(undefined);
    };
    const stop = (problem: Error | undefined): void => {
      clearInterval(timer);
      removeEventListener('message', hear);
      if (problem === undefined) resolve();
      else reject(problem);
    };
    addEventListener('message', hear);
  });
  const title = `${viewer.run.value.scenario} seed ${viewer.run.value.seed}`;
  page.postMessage({ perfetto: { buffer, title, fileName: `${viewer.run.value.scenario}.pftrace` } }, origin);
}

/** Saves a trace file. */
export async function download(viewer: Viewer, file: 'trace.pftrace' | 'trace.json'): Promise<void> {
  const url = URL.createObjectURL(await (await fetchApi(viewer, file)).blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = `${viewer.run.value.scenario || 'run'}-${file}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
