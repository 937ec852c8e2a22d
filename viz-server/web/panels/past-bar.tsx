import type { Viewer } from '../app/viewer.ts';

/** Says that one looks at the past, where the run is meanwhile, and leads back. */
export function PastBar({ viewer }: { readonly viewer: Viewer }) {
  const { travel } = viewer;
  const then = travel.moment.value;
  if (then === undefined) return null;
  const now = viewer.status.value?.now ?? 0;
  const arrival = travel.arrival.value;
  const world = travel.world.value;
  const canStep = world !== undefined && arrival.kind !== 'seeking';
  return (
    <div class="past" role="region" aria-label="State of the past">
      <b>viewing {viewer.span(then.at)}</b>
      {world !== undefined && <span class="soft">after event {world.event.toLocaleString('en')}</span>}
      <span>· run at {viewer.span(now)}</span>
      {arrival.kind === 'seeking' && (
        <span class="seeking">
          replaying
          {arrival.events > 0 && (
            <>
              {' '}
              <progress
                max={Math.max(1, then.at)}
                value={Math.min(arrival.now, then.at)}
                aria-label="progress of the replay"
              />{' '}
              {viewer.span(arrival.now)}
            </>
          )}
          {arrival.events === 0 && ' …'}
        </span>
      )}
      {arrival.kind === 'failed' && (
        <span class="problem" role="alert">
          {arrival.why}
        </span>
      )}
      <span class="spring" />
      <button type="button" disabled={!canStep} title="J" onClick={() => travel.stepEvent(-1)}>
        ◂ event
      </button>
      <button type="button" disabled={!canStep} title="K" onClick={() => travel.stepEvent(1)}>
        event ▸
      </button>
      <button type="button" class="main" title="P or Esc" onClick={() => travel.leave()}>
        Back to now
      </button>
    </div>
  );
}
