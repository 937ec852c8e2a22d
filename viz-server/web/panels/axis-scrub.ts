import type { Viewer } from '../app/viewer.ts';
import { markAt } from '../draw/mark-flags.ts';
import { axisHeight } from '../draw/overlay.ts';

const everyMs = 80;

/** A click on the axis looks at that time, on the flag of a mark chooses it; with the button down the time follows the pointer. Gives the way back. */
export function listenForScrub(axis: HTMLCanvasElement, viewer: Viewer): () => void {
  let isDown = false;
  let soughtMs = 0;
  const seek = (event: PointerEvent): void => {
    soughtMs = performance.now();
    viewer.travel.seek(viewer.time.timeAt(event.clientX - axis.getBoundingClientRect().left));
  };
  const down = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const { left, top } = axis.getBoundingClientRect();
    const mark = markAt(viewer, event.clientX - left, event.clientY - top, axisHeight);
    if (mark !== undefined) {
      viewer.marking.choose(mark);
      return;
    }
    isDown = true;
    axis.setPointerCapture(event.pointerId);
    seek(event);
  };
  const move = (event: PointerEvent): void => {
    if (isDown && performance.now() - soughtMs >= everyMs) seek(event);
  };
  const up = (event: PointerEvent): void => {
    if (isDown) seek(event);
    isDown = false;
  };
  axis.addEventListener('pointerdown', down);
  axis.addEventListener('pointermove', move);
  axis.addEventListener('pointerup', up);
  return () => {
    axis.removeEventListener('pointerdown', down);
    axis.removeEventListener('pointermove', move);
    axis.removeEventListener('pointerup', up);
  };
}
