import { useEffect, useRef } from 'preact/hooks';
import type { Viewer } from '../app/viewer.ts';
import { causeLooks, patternTile, waitCauses } from '../draw/palette.ts';

/** A small sample of a wait's colour and pattern as the timeline draws it; work is plain. */
export function Swatch({ index, viewer }: { readonly index: number; readonly viewer: Viewer }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const colours = viewer.palette.value;
  useEffect(() => {
    const ctx = canvas.current!.getContext('2d')!;
    const cause = waitCauses[index];
    if (cause === undefined) ctx.fillStyle = colours.work('gemm');
    else {
      const tile = patternTile(causeLooks[cause], colours.cause(index), colours.surface, 2);
      ctx.fillStyle = ctx.createPattern(tile, 'repeat') ?? colours.cause(index);
    }
    ctx.fillRect(0, 0, 44, 26);
  }, [index, colours]);
  return <canvas ref={canvas} class="swatch" width={44} height={26} aria-hidden="true" />;
}
