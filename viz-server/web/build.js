// Bundles the page into dist/viz-server/web: index.html, app.js, app.css. Run from the repository root by `npm run build`.
import { cpSync, mkdirSync, statSync } from 'node:fs';
import { build } from 'esbuild';

const out = 'dist/viz-server/web';
const limit = 300_000;

mkdirSync(out, { recursive: true });
await build({
  entryPoints: { app: 'viz-server/web/main.tsx' },
  bundle: true,
  minify: true,
  sourcemap: process.argv.includes('--map') ? 'inline' : false,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'none',
  logLevel: 'warning',
  outdir: out,
});
cpSync('viz-server/web/index.html', `${out}/index.html`);
const { size } = statSync(`${out}/app.js`);
if (size > limit && !process.argv.includes('--map')) {
  console.error(`app.js has ${size} bytes, more than ${limit}`);
  process.exitCode = 1;
}
