import { readFileSync, writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import type { Plot } from '../../../scenarios/kit/index.ts';
import { colorOf, drawPlot, legendOf } from '../../../scenarios/kit/report/plot-svg.ts';
import { stylesheet } from '../../../scenarios/kit/report/stylesheet.ts';

/** Room for the legend, below the plot. */
const legendHeight = 24;

/** Holds the picture `scenarios/<file>` of a README against `plot`; `npm run golden` draws it anew. */
export function matchReadmePlot(file: string, plot: Plot): void {
  const url = new URL(`../../../../scenarios/${file}`, import.meta.url);
  const text = picture(plot);
  if (process.env.ESCAPEMENT_GOLDEN === 'write') writeFileSync(url, text);
  assert.ok(readFileSync(url, 'utf8') === text, `${file} is not the plot as it is drawn now: npm run golden`);
}

/** A plot as a file of its own: with a ground, a legend, and the report's colours for light and dark. */
function picture(plot: Plot): string {
  const svg = drawPlot(plot);
  const size = /viewBox="0 0 (\d+) (\d+)" height="\d+" width="\d+"/.exec(svg);
  assert.ok(size, 'the size of a plot stands at its head');
  const [width, height] = [Number(size[1]), Number(size[2])];
  const tall = height + legendHeight;
  const names = legendOf(plot);
  const apart = width / Math.max(4, names.length);
  const legend = names.map((name, i) => {
    const x = 20 + i * apart;
    const text = `x="${x + 18}" y="${height + 10}" fill="var(--ink)" text-anchor="start"`;
    return `<rect x="${x}" y="${height}" width="12" height="12" fill="${colorOf(i)}"/><text ${text}>${name}</text>`;
  });
  const colours = stylesheet.slice(0, stylesheet.indexOf('*')).trim();
  const ground = `<style>${colours}</style><rect width="${width}" height="${tall}" fill="var(--paper)"/>`;
  return `${svg
    .replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" color="var(--ink)" ')
    .replace(size[0], `viewBox="0 0 ${width} ${tall}" height="${tall}" width="${width}"`)
    .replace('>', `>${ground}`)
    .replace(/<\/svg>$/, `${legend.join('')}</svg>`)}\n`;
}
