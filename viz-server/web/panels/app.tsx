import { useEffect } from 'preact/hooks';
import { download, openInPerfetto } from '../app/api.ts';
import type { Viewer } from '../app/viewer.ts';
import { Drawer } from './drawer.tsx';
import { Dialogs } from './help.tsx';
import { Legend } from './legend.tsx';
import { MarkList } from './mark-list.tsx';
import { PastBar } from './past-bar.tsx';
import { SidePanel } from './side-panel.tsx';
import { StatusBar } from './status-bar.tsx';
import { Timeline } from './timeline.tsx';

/** The page: run bar, scenario at the left, timeline with its legend, panels below. */
export function App({ viewer }: { readonly viewer: Viewer }) {
  const isDark = viewer.isDark.value;
  const line = viewer.line.value;
  useEffect(() => {
    document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
  }, [isDark]);
  return (
    <div class={viewer.isSideOpen.value ? 'app' : 'app narrow'}>
      <a
        class="skip"
        href="#panel"
        onClick={(event) => {
          event.preventDefault();
          viewer.tab.value = 'table';
          setTimeout(() => document.querySelector<HTMLElement>('#panel')?.focus());
        }}
      >
        To the table of what is visible
      </a>
      <StatusBar viewer={viewer} />
      {(line.kind === 'waiting' || line.kind === 'refused') && (
        <p class="banner" role="alert">
          {line.reason}
          {line.kind === 'waiting' && (
            <>
              ; trying again.{' '}
              <button type="button" onClick={() => viewer.live.reconnect()}>
                Now
              </button>
            </>
          )}
        </p>
      )}
      {viewer.isSideOpen.value && <SidePanel viewer={viewer} />}
      <main>
        <Tools viewer={viewer} />
        <PastBar viewer={viewer} />
        <Timeline viewer={viewer} />
        <Legend viewer={viewer} />
        <Drawer viewer={viewer} />
      </main>
      <footer>
        <span role="status" aria-live="polite" class="said">
          {viewer.said.value}
        </span>
      </footer>
      <Dialogs viewer={viewer} />
    </div>
  );
}

function Tools({ viewer }: { readonly viewer: Viewer }) {
  viewer.moved.value;
  const { text, at, total } = viewer.found.value;
  const { time } = viewer;
  const isLive = viewer.isFollowing.value && !viewer.isFrozen.value;
  const status = viewer.status.value;
  const save = (what: Promise<void>): void => {
    what.catch((error: unknown) => viewer.complain(error));
  };
  return (
    <div class="tools">
      <button
        type="button"
        aria-expanded={viewer.isSideOpen.value}
        aria-label="Scenario side bar"
        title="Ctrl+B"
        onClick={() => {
          viewer.isSideOpen.value = !viewer.isSideOpen.value;
        }}
      >
        ☰
      </button>
      <input
        id="search"
        type="search"
        aria-label="Search tasks by name"
        placeholder="Search tasks  /"
        onKeyDown={(event) => {
          if (event.key === 'Enter') viewer.walk.search(event.currentTarget.value, event.shiftKey ? -1 : 1);
        }}
      />
      {text !== '' && <span class="soft">{total === 0 ? 'none' : `${at} of ${total}`}</span>}
      <span class="range">
        {isLive ? 'live: ' : 'viewing '}
        {viewer.at(Math.max(0, time.from))} to {viewer.at(time.to)}
        {!isLive && status !== undefined && <b> · run at {viewer.span(status.now)}</b>}
      </span>
      <span class="spring" />
      <MarkList viewer={viewer} />
      <button type="button" aria-pressed={viewer.isByEvents.value} onClick={() => viewer.axis.toggle()} title="X">
        By events
      </button>
      <button type="button" onClick={() => viewer.move.fitAll()} title="0">
        Fit all
      </button>
      <button
        type="button"
        onClick={() => {
          const url = `${location.origin}${location.pathname}${viewer.address.text()}`;
          save(navigator.clipboard.writeText(url).then(() => viewer.say('Link to this view copied.')));
        }}
      >
        Copy link
      </button>
      <button type="button" onClick={() => save(download(viewer, 'trace.pftrace'))}>
        Download trace
      </button>
      <button type="button" onClick={() => save(openInPerfetto(viewer))}>
        Open in Perfetto
      </button>
    </div>
  );
}
