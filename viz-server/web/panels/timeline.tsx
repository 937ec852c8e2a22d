import { useEffect, useRef, useState } from 'preact/hooks';
import { hit, rowAt } from '../app/hit.ts';
import type { Viewer } from '../app/viewer.ts';
import { type Item, stretchesOf } from '../data/take-chunk.ts';
import { axisHeight, drawAxis, drawOverlay } from '../draw/overlay.ts';
import { causeLooks, waitCauses } from '../draw/palette.ts';
import { Scene } from '../draw/scene.ts';
import { formatCount } from '../view/time-scale.ts';
import { visibleRows } from '../view/track-layout.ts';
import { listenForScrub } from './axis-scrub.ts';
import { Swatch } from './swatch.tsx';

interface Parts {
  readonly main: HTMLCanvasElement;
  readonly over: HTMLCanvasElement;
  readonly axis: HTMLCanvasElement;
}

/** Frame times for the tests of speed: the last of them, in ms of script. */
export interface DrawStatistics {
  frames: number;
  scriptMs: number[];
  items: number;
}

export const drawStatistics: DrawStatistics = { frames: 0, scriptMs: [], items: 0 };

/** Rows of tasks over time. The canvases have a synchronised table behind `T`. */
export function Timeline({ viewer }: { readonly viewer: Viewer }) {
  const scroller = useRef<HTMLDivElement>(null);
  const plot = useRef<HTMLDivElement>(null);
  const mainRef = useRef<HTMLCanvasElement>(null);
  const overRef = useRef<HTMLCanvasElement>(null);
  const axisRef = useRef<HTMLCanvasElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(500);
  const layout = viewer.layout.value;

  useEffect(() => {
    const parts: Parts = { main: mainRef.current!, over: overRef.current!, axis: axisRef.current! };
    const scene = new Scene(viewer.data, viewer.palette.value);
    const context = parts.main.getContext('2d', { alpha: false })!;
    const over = parts.over.getContext('2d')!;
    const axis = parts.axis.getContext('2d', { alpha: false })!;
    let pending = 0;
    let look = 0;
    let palette = viewer.palette.value;
    const frame = (): void => {
      pending = 0;
      const start = performance.now();
      const scale = window.devicePixelRatio;
      const { time, height: shown } = viewer;
      size(parts.main, time.width, shown, scale);
      size(parts.over, time.width, shown, scale);
      size(parts.axis, time.width, axisHeight, scale);
      if (palette !== viewer.palette.value) {
        palette = viewer.palette.value;
        scene.setPalette(palette);
        look++;
      }
      const more = scene.draw(
        context,
        {
          from: time.from,
          to: time.to,
          axis: time.axis,
          width: time.width,
          height: shown,
          level: time.level,
          scroll: viewer.scroll,
          layout: viewer.layout.value,
          look,
        },
        scale,
      );
      drawOverlay(over, viewer, scale, shown);
      drawAxis(axis, viewer, scale);
      viewer.feed.noteDelay();
      drawStatistics.frames++;
      drawStatistics.items = scene.items;
      drawStatistics.scriptMs.push(performance.now() - start);
      if (drawStatistics.scriptMs.length > 2000) drawStatistics.scriptMs.splice(0, 1000);
      document.documentElement.dataset.behindMs = String(Math.round(viewer.behindMs));
      if (more) request();
    };
    const request = (): void => {
      if (pending === 0) pending = requestAnimationFrame(frame);
    };
    viewer.onDraw(request);
    viewer.scrollTo = (to) => {
      scroller.current!.scrollTop = to;
    };
    const resize = (): void => {
      const { width } = plot.current!.getBoundingClientRect();
      const { clientHeight } = scroller.current!;
      viewer.time.width = Math.max(50, Math.floor(width));
      viewer.height = Math.max(50, clientHeight);
      setHeight(viewer.height);
      viewer.changed();
    };
    const observer = new ResizeObserver(resize);
    observer.observe(plot.current!);
    observer.observe(scroller.current!);
    resize();
    const stop = listen(parts.over, viewer);
    const stopScrub = listenForScrub(parts.axis, viewer);
    return () => {
      observer.disconnect();
      stop();
      stopScrub();
    };
  }, []);

  useEffect(() => viewer.changed(), [layout]);

  const rows = visibleRows(layout, top - 100, top + height + 100);
  return (
    <section class="timeline" aria-label="Timeline">
      <div class="corner">
        <input
          type="search"
          aria-label="Filter rows by name"
          placeholder="Filter rows"
          value={viewer.filter.value}
          onInput={(event) => {
            viewer.filter.value = event.currentTarget.value;
          }}
        />
        {layout.hidden > 0 && <span class="soft">{layout.hidden} hidden</span>}
      </div>
      <canvas ref={axisRef} class="axis" role="img" aria-label="Axis of virtual time" />
      <div
        class="rows"
        ref={scroller}
        tabIndex={-1}
        onScroll={(event) => {
          viewer.scroll = event.currentTarget.scrollTop;
          setTop(viewer.scroll);
          viewer.changed();
        }}
      >
        <div class="sheet" style={{ height: `${Math.max(layout.height, 1)}px` }}>
          <div class="names" role="list" aria-label="Rows">
            {rows.map((row) => (
              <div
                key={row.track.id}
                role="listitem"
                class={`name ${row.kind}`}
                style={{ top: `${row.y}px`, height: `${row.height}px`, paddingLeft: `${8 + row.level * 12}px` }}
                title={row.track.actor || row.track.name}
              >
                {row.hasChildren && (
                  <button
                    type="button"
                    class="fold"
                    aria-expanded={row.isOpen}
                    aria-label={`${row.isOpen ? 'Close' : 'Open'} ${row.track.name}`}
                    onClick={() => viewer.toggle('closed', row.track.id)}
                  >
                    {row.isOpen ? '▾' : '▸'}
                  </button>
                )}
                <span class="text">{row.track.name}</span>
                {row.kind === 'counter' && row.track.unit !== '' && <span class="soft"> {row.track.unit}</span>}
                <button
                  type="button"
                  class="pin"
                  aria-pressed={viewer.pinned.value.has(row.track.id)}
                  aria-label={`Pin ${row.track.name} to the top`}
                  onClick={() => viewer.toggle('pinned', row.track.id)}
                >
                  {viewer.pinned.value.has(row.track.id) ? '★' : '☆'}
                </button>
              </div>
            ))}
          </div>
          <div class="plot" ref={plot} style={{ height: `${height}px` }}>
            <canvas
              ref={mainRef}
              class="layer"
              role="img"
              aria-label="Tasks over time; the table of what is visible has the same content, key T"
            />
            <canvas ref={overRef} class="layer over" tabIndex={0} aria-label="Timeline, keys: question mark for help" />
            <Tip viewer={viewer} />
            {layout.rows.length === 0 && <Empty viewer={viewer} />}
          </div>
        </div>
      </div>
    </section>
  );
}

function Empty({ viewer }: { readonly viewer: Viewer }) {
  const state = viewer.status.value?.state;
  const text =
    viewer.filter.value !== ''
      ? 'No row has this name.'
      : viewer.line.value.kind !== 'open'
        ? 'Connecting to the run …'
        : state === undefined || state === 'idle'
          ? 'Nothing runs yet. Choose a scenario on the left and start it.'
          : 'The run has not begun a task yet.';
  return <p class="empty">{text}</p>;
}

function size(canvas: HTMLCanvasElement, width: number, height: number, scale: number): void {
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
}

/** Mouse and wheel: drag selects an area, with Shift it pans; a click selects, with Shift it looks at that moment of the past; the wheel scrolls, with Ctrl it zooms. */
function listen(canvas: HTMLCanvasElement, viewer: Viewer): () => void {
  let drag: { readonly x: number; readonly isPan: boolean; last: number; moved: boolean } | undefined;
  const place = (event: MouseEvent): readonly [number, number] => {
    const { left, top } = canvas.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  const down = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const [x] = place(event);
    drag = { x, isPan: event.shiftKey, last: x, moved: false };
    canvas.setPointerCapture(event.pointerId);
    canvas.focus({ preventScroll: true });
  };
  const move = (event: PointerEvent): void => {
    const [x, y] = place(event);
    viewer.cursorX = x;
    if (drag === undefined) {
      const item = hit(viewer, x, y);
      const before = viewer.hovered.value;
      if (item === undefined && before === undefined) return;
      viewer.hovered.value = item === undefined ? undefined : { item, x, y };
      viewer.invalidate();
      return;
    }
    if (Math.abs(x - drag.x) > 3) drag.moved = true;
    if (!drag.moved) return;
    if (drag.isPan) {
      viewer.move.pan(drag.last - x);
      drag.last = x;
    } else {
      const [a, b] = [viewer.time.timeAt(Math.min(x, drag.x)), viewer.time.timeAt(Math.max(x, drag.x))];
      viewer.area.value = { from: Math.max(0, a), to: b };
      viewer.invalidate();
    }
  };
  const up = (event: PointerEvent): void => {
    const was = drag;
    drag = undefined;
    if (was === undefined) return;
    if (was.moved) {
      const area = viewer.area.value;
      if (!was.isPan && area !== undefined)
        viewer.say(
          `Area of ${viewer.span(area.to - area.from)} from ${viewer.at(area.from)}: F shows it, tables speak for it, Esc clears it.`,
        );
      return;
    }
    const [x, y] = place(event);
    const item = hit(viewer, x, y);
    if (was.isPan) {
      const track = rowAt(viewer, y)?.track;
      const isActor = track !== undefined && track.actor !== '';
      viewer.travel.seek(viewer.time.timeAt(x), isActor ? { actor: track.actor, sim: track.sim } : undefined);
      return;
    }
    viewer.choice.select(item, { open: true });
    if (event.ctrlKey && item !== undefined) viewer.tab.value = 'histogram';
  };
  const twice = (event: MouseEvent): void => {
    const item = hit(viewer, ...place(event));
    if (item !== undefined) viewer.move.show(item.start, item.end, item.isCollapsed ? 0 : 0.2);
  };
  const leave = (): void => {
    viewer.hovered.value = undefined;
    viewer.invalidate();
  };
  const wheel = (event: WheelEvent): void => {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      viewer.move.zoom(1.0015 ** event.deltaY, place(event)[0]);
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      viewer.move.pan(event.deltaX || event.deltaY);
    }
  };
  canvas.addEventListener('pointerdown', down);
  canvas.addEventListener('pointermove', move);
  canvas.addEventListener('pointerup', up);
  canvas.addEventListener('pointerleave', leave);
  canvas.addEventListener('dblclick', twice);
  canvas.addEventListener('wheel', wheel, { passive: false });
  return () => {
    canvas.removeEventListener('pointerdown', down);
    canvas.removeEventListener('pointermove', move);
    canvas.removeEventListener('pointerup', up);
    canvas.removeEventListener('pointerleave', leave);
    canvas.removeEventListener('dblclick', twice);
    canvas.removeEventListener('wheel', wheel);
  };
}

/** What is under the cursor, in words. Everything in it is in the details and in the table too. */
function Tip({ viewer }: { readonly viewer: Viewer }) {
  const hovered = viewer.hovered.value;
  if (hovered === undefined) return null;
  const { item, x, y } = hovered;
  const { width } = viewer.time;
  const isLeft = x > width - 340;
  return (
    <div
      class="tip"
      style={{
        left: isLeft ? 'auto' : `${x + 14}px`,
        right: isLeft ? `${width - x + 14}px` : 'auto',
        top: y > viewer.height - 130 ? 'auto' : `${y + 16}px`,
        bottom: y > viewer.height - 130 ? `${viewer.height - y + 12}px` : 'auto',
      }}
    >
      <TipText viewer={viewer} item={item} at={viewer.time.timeAt(x)} />
    </div>
  );
}

function TipText({ viewer, item, at }: { readonly viewer: Viewer; readonly item: Item; readonly at: number }) {
  const track = viewer.track(item.track);
  const where = track === undefined ? '' : `${track.actor}${track.kind === 'lane' ? ` · ${track.name}` : ''}`;
  const cause = waitCauses[item.cause];
  if (item.isCollapsed)
    return (
      <>
        <b>{formatCount(item.count)} tasks, too short to draw apart</b>
        <div>
          busy {Math.round(item.busy * 100)} % of {viewer.span(item.end - item.start)}; the longest is{' '}
          {viewer.nameOf(item)}
        </div>
        {cause !== undefined && (
          <div>
            mostly waiting for: {cause}, {causeLooks[cause].meaning}
          </div>
        )}
        <div class="soft">{where} · double-click to zoom in</div>
      </>
    );
  const stretches = stretchesOf(viewer.data, item, viewer.time.level);
  const now = stretches.find(({ from, until }) => from <= at && at < until);
  const nowCause = now === undefined ? undefined : waitCauses[now.cause];
  const waited = stretches.reduce((sum, { from, until, cause: why }) => (why === 255 ? sum : sum + until - from), 0);
  return (
    <>
      <b>{viewer.nameOf(item)}</b> <span class="soft">{where}</span>
      <div>
        {viewer.span(item.end - item.start)}
        {item.isOpen ? ' so far' : ''}, from {viewer.at(item.start)}
      </div>
      {now !== undefined && nowCause !== undefined && (
        <div class="why">
          <Swatch index={now.cause} viewer={viewer} /> waits {viewer.span(now.until - now.from)} for {nowCause}{' '}
          <b>{viewer.data.name(now.what)}</b>
          <div class="soft">{causeLooks[nowCause].meaning}</div>
        </div>
      )}
      {now !== undefined && nowCause === undefined && <div>works {viewer.span(now.until - now.from)} here</div>}
      {now === undefined && cause !== undefined && (
        <div>
          waited mostly for {cause}: {causeLooks[cause].meaning}
        </div>
      )}
      {waited > 0 && (
        <div class="soft">
          {viewer.span(waited)} of it waiting, {viewer.span(item.end - item.start - waited)} working
        </div>
      )}
    </>
  );
}
