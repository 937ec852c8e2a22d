import { waitCauses } from '../../../engine/kernel/trace.ts';

export { waitCauses };
export type Cause = (typeof waitCauses)[number];

/** How a wait is drawn: strokes inside an 8 x 8 tile. */
export type Pattern =
  | 'rising'
  | 'falling'
  | 'cross'
  | 'dots'
  | 'level'
  | 'steps'
  | 'grid'
  | 'wave'
  | 'dashes'
  | 'checks'
  | 'rings'
  | 'dense';

export interface CauseLook {
  readonly light: string;
  readonly dark: string;
  readonly pattern: Pattern;
  /** What it means, in words for somebody who has never seen the program. */
  readonly meaning: string;
}

export const causeLooks: Readonly<Record<Cause, CauseLook>> = {
  resource: { light: '#a34700', dark: '#ff9d5c', pattern: 'rising', meaning: 'a unit of a resource that others hold' },
  queue: { light: '#7a5c00', dark: '#e3bf3c', pattern: 'steps', meaning: 'its turn at a server' },
  link: { light: '#b3125f', dark: '#ff7ab6', pattern: 'falling', meaning: 'bandwidth or latency of a link' },
  memory: { light: '#6b2fa0', dark: '#c79bf2', pattern: 'grid', meaning: 'room in a memory' },
  data: { light: '#006a60', dark: '#4fd1c0', pattern: 'dots', meaning: 'data somebody else produces' },
  message: { light: '#5b6470', dark: '#9aa4b2', pattern: 'rings', meaning: 'the next request, idle meanwhile' },
  dependency: { light: '#1f5fa8', dark: '#7fb3f5', pattern: 'level', meaning: 'earlier work to finish' },
  barrier: { light: '#9b1c2b', dark: '#ff8a92', pattern: 'cross', meaning: 'partners that have not arrived' },
  scheduler: { light: '#476a10', dark: '#a9d15c', pattern: 'dashes', meaning: 'the host or a scheduler to start it' },
  capacity: { light: '#7d4630', dark: '#dba287', pattern: 'checks', meaning: 'room in a full buffer' },
  condition: { light: '#33657f', dark: '#8cc0db', pattern: 'wave', meaning: 'a condition to hold' },
  fault: { light: '#c00000', dark: '#ff5c5c', pattern: 'dense', meaning: 'something broken to come back' },
};

const workLight = [
  '#9cc9ee',
  '#f3cf86',
  '#a5d6a0',
  '#e2b3d6',
  '#c9c2ee',
  '#f0b9a4',
  '#9fd8d4',
  '#d7d39a',
  '#c6cdd6',
  '#e8c3c3',
];
const workDark = [
  '#2f5f8a',
  '#7a5a14',
  '#33693a',
  '#723f68',
  '#514a86',
  '#80452d',
  '#2a6663',
  '#5f5b20',
  '#4a535f',
  '#6f4347',
];

/** Colours of one theme. */
export interface Palette {
  readonly isDark: boolean;
  readonly surface: string;
  readonly raised: string;
  readonly line: string;
  readonly faint: string;
  readonly ink: string;
  readonly soft: string;
  readonly accent: string;
  readonly live: string;
  work(name: string): string;
  cause(index: number): string;
}

export function makePalette(isDark: boolean): Palette {
  const work = isDark ? workDark : workLight;
  const cause = waitCauses.map((name) => causeLooks[name][isDark ? 'dark' : 'light']);
  const given = new Map<string, string>();
  return {
    isDark,
    surface: isDark ? '#14181d' : '#ffffff',
    raised: isDark ? '#1c2229' : '#f5f7f9',
    line: isDark ? '#343d47' : '#d5dbe1',
    faint: isDark ? '#232a31' : '#edf0f3',
    ink: isDark ? '#eef2f6' : '#14202b',
    soft: isDark ? '#a9b4bf' : '#52606d',
    accent: isDark ? '#ffd166' : '#0b57d0',
    live: isDark ? '#ff7b72' : '#c62828',
    work: (name) => {
      let colour = given.get(name);
      if (colour === undefined) {
        colour = work[hash(name) % work.length]!;
        given.set(name, colour);
      }
      return colour;
    },
    cause: (index) => cause[index] ?? '#888888',
  };
}

/** The same colour for the same kind of work: numbers in a name do not count. */
function hash(name: string): number {
  let value = 2166136261;
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code >= 48 && code <= 57) continue;
    value = Math.imul(value ^ code, 16777619);
  }
  return (value ^ (value >>> 15)) >>> 0;
}

/** A tile of a wait's pattern as a canvas, `scale` device pixels a pixel. */
export function patternTile(look: CauseLook, colour: string, ground: string, scale: number): HTMLCanvasElement {
  const tile = document.createElement('canvas');
  tile.width = 8 * scale;
  tile.height = 8 * scale;
  const ctx = tile.getContext('2d')!;
  ctx.scale(scale, scale);
  ctx.fillStyle = ground;
  ctx.fillRect(0, 0, 8, 8);
  ctx.globalAlpha = 0.18;
  ctx.fillStyle = colour;
  ctx.fillRect(0, 0, 8, 8);
  ctx.globalAlpha = 1;
  ctx.strokeStyle = colour;
  ctx.lineWidth = look.pattern === 'level' ? 1 : 1.4;
  if (look.pattern === 'level') ctx.globalAlpha = 0.75;
  ctx.beginPath();
  strokes[look.pattern](ctx);
  ctx.stroke();
  return tile;
}

type Strokes = (ctx: CanvasRenderingContext2D) => void;

function line(ctx: CanvasRenderingContext2D, x: number, y: number, x2: number, y2: number): void {
  ctx.moveTo(x, y);
  ctx.lineTo(x2, y2);
}

function diagonal(ctx: CanvasRenderingContext2D, up: boolean): void {
  for (const shift of [-8, 0, 8]) {
    if (up) line(ctx, shift - 1, 9, shift + 9, -1);
    else line(ctx, shift - 1, -1, shift + 9, 9);
  }
}

const strokes: Readonly<Record<Pattern, Strokes>> = {
  rising: (ctx) => diagonal(ctx, true),
  falling: (ctx) => diagonal(ctx, false),
  cross: (ctx) => {
    diagonal(ctx, true);
    diagonal(ctx, false);
  },
  dots: (ctx) => {
    ctx.rect(1.5, 1.5, 1, 1);
    ctx.rect(5.5, 5.5, 1, 1);
  },
  level: (ctx) => {
    line(ctx, 0, 2, 8, 2);
    line(ctx, 0, 6, 8, 6);
  },
  steps: (ctx) => {
    ctx.moveTo(0, 6);
    ctx.lineTo(4, 6);
    ctx.lineTo(4, 2);
    ctx.lineTo(8, 2);
  },
  grid: (ctx) => {
    line(ctx, 4, 0, 4, 8);
    line(ctx, 0, 4, 8, 4);
  },
  wave: (ctx) => {
    ctx.moveTo(0, 5);
    ctx.lineTo(2, 3);
    ctx.lineTo(4, 5);
    ctx.lineTo(6, 3);
    ctx.lineTo(8, 5);
  },
  dashes: (ctx) => {
    line(ctx, 0, 2, 4, 2);
    line(ctx, 4, 6, 8, 6);
  },
  checks: (ctx) => {
    ctx.rect(1, 1, 2.5, 2.5);
    ctx.rect(5, 5, 2.5, 2.5);
  },
  rings: (ctx) => {
    ctx.arc(4, 4, 1.8, 0, 7);
  },
  dense: (ctx) => {
    diagonal(ctx, true);
    line(ctx, 3, 9, 9, 3);
    line(ctx, -1, 5, 5, -1);
  },
};
