import { useState } from 'preact/hooks';
import type { Viewer } from '../app/viewer.ts';
import { parseUntil } from '../view/parse-until.ts';
import { formatCount } from '../view/time-scale.ts';

const speeds = [
  ['as fast as it goes', ''],
  ['real time', '1'],
  ['1 s of wall = 100 ms', '0.1'],
  ['1 s = 10 ms', '0.01'],
  ['1 s = 1 ms', '0.001'],
  ['1 s = 10 us', '0.00001'],
] as const;

/** State of the run and what can be done to it; apart from it, what the view does. */
export function StatusBar({ viewer }: { readonly viewer: Viewer }) {
  const [until, setUntil] = useState('');
  const status = viewer.status.value;
  const run = viewer.run.value;
  const line = viewer.line.value;
  const state = status?.state ?? 'idle';
  const canControl = viewer.canControl.value;
  const isOver = state === 'finished' || state === 'failed' || state === 'idle';
  const lossy = viewer.lossy.value;
  const runUntil = (event: Event): void => {
    event.preventDefault();
    const args = parseUntil(until, run.tickPs);
    if (args === undefined) viewer.say('Run until a time (3.2ms), an event (#5000), or a condition (queue > 100).');
    else void viewer.ask.control({ op: 'runUntil', args });
  };
  return (
    <header class="bar">
      <strong class="brand">Escapement</strong>
      <span
        class="scenario"
        title={Object.entries(run.params)
          .map(([key, value]) => `${key}=${value}`)
          .join(' ')}
      >
        {run.scenario === '' ? 'no run' : run.scenario.split('/').pop()}
        {run.scenario !== '' && <span class="soft"> seed {run.seed}</span>}
      </span>
      <span class={`pill ${line.kind === 'open' ? state : 'offline'}`} data-state={state}>
        {line.kind === 'open'
          ? state === 'paused' && status?.paused != null
            ? `paused by ${status.paused.by === viewer.viewerId.value ? 'you' : status.paused.by === 0 ? 'the server' : `viewer ${status.paused.by}`} at ${viewer.at(status.paused.at)}`
            : state
          : line.kind === 'connecting'
            ? 'connecting'
            : line.kind === 'waiting'
              ? 'reconnecting'
              : 'refused'}
      </span>
      {status !== undefined && (
        <span class="numbers">
          <span title="virtual time of the run">
            run at <b>{viewer.span(status.now)}</b>
          </span>
          {state === 'running' && <span title="events a second">{formatCount(status.eventsPerSecond)} events/s</span>}
          <span title="events so far">{formatCount(status.events)} events</span>
          <span title="finished tasks">{formatCount(status.tasks)} tasks</span>
          {status.progress !== null && !isOver && (
            <progress max={1} value={status.progress} aria-label="progress of the run" />
          )}
        </span>
      )}
      <span class="group" role="group" aria-label="Run">
        <button
          type="button"
          disabled={!canControl || isOver}
          onClick={() => viewer.ask.toggleRun()}
          title="Shift+Space"
        >
          {state === 'paused' ? 'Resume run' : 'Pause run'}
        </button>
        <button
          type="button"
          disabled={!canControl || isOver}
          onClick={() => void viewer.ask.control({ op: 'step', args: { events: 1 } })}
          title="N: one event; Shift+N: one instant"
        >
          Step
        </button>
        <form onSubmit={runUntil}>
          <input
            aria-label="Run until a time, an event or a condition"
            placeholder="until 3.2ms, #5000, …"
            size={13}
            value={until}
            disabled={!canControl || isOver}
            onInput={(event) => setUntil(event.currentTarget.value)}
          />
        </form>
        <select
          aria-label="Speed"
          disabled={!canControl}
          onChange={({ currentTarget: { value } }) =>
            void viewer.ask.control({ op: 'speed', args: { ratio: value === '' ? null : Number(value) } })
          }
        >
          {speeds.map(([text, value]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
        <button
          type="button"
          disabled={!canControl || state === 'idle'}
          onClick={() => void viewer.ask.control({ op: 'reset' })}
          title="The same run again"
        >
          Restart
        </button>
      </span>
      <span class="group" role="group" aria-label="View">
        <button
          type="button"
          aria-pressed={viewer.isFollowing.value && !viewer.isFrozen.value}
          onClick={() => viewer.move.toggleFollow()}
          title="L"
        >
          Follow
        </button>
        <button
          type="button"
          aria-pressed={viewer.isFrozen.value}
          onClick={() => viewer.move.toggleView()}
          title="Space: the view only; the run goes on"
        >
          {viewer.isFrozen.value ? 'View paused' : 'Pause view'}
        </button>
      </span>
      <span class="spring" />
      {lossy !== undefined && (
        <span class="pill lossy" title={lossy.reason}>
          coarse since {new Date(lossy.since.wallMs).toLocaleTimeString()}, level {lossy.level}
        </span>
      )}
      {!canControl && line.kind === 'open' && <span class="pill">watching only</span>}
      {status !== undefined && status.viewers > 1 && <span class="soft">{status.viewers} viewers</span>}
      <button type="button" onClick={() => viewer.toggleTheme()} title="Light or dark">
        {viewer.isDark.value ? 'Light' : 'Dark'}
      </button>
      <button
        type="button"
        onClick={() => {
          viewer.dialog.value = 'palette';
        }}
        title="Ctrl+Shift+P"
      >
        Commands
      </button>
      <button
        type="button"
        aria-label="Help with all keys"
        onClick={() => {
          viewer.dialog.value = 'help';
        }}
        title="?"
      >
        ?
      </button>
    </header>
  );
}
