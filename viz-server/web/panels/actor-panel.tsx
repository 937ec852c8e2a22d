import { useWorld } from '../app/use-world.ts';
import type { Viewer } from '../app/viewer.ts';
import { PendingMessages } from './pending-messages.tsx';
import { Statechart } from './statechart.tsx';

/** The actor of the selection, as it changes or as it was then: state, statechart with the active states lit, mailbox and timers. */
export function ActorPanel({ viewer }: { readonly viewer: Viewer }) {
  const looked = useWorld(viewer);
  const isPast = viewer.travel.moment.value !== undefined;
  if (looked === undefined)
    return (
      <p class="soft">
        Select a task: this panel shows the actor it belongs to. {isPast && 'Shift+click a row to see its actor then.'}
      </p>
    );
  const { actor, world, problem } = looked;
  if (problem !== '') return <p class="problem">{problem}</p>;
  if (world === undefined) return <p class="soft">{isPast ? 'Replaying …' : 'Asking …'}</p>;
  const { state, picture, kind, spec } = world;
  const text = JSON.stringify(state, undefined, 2);
  return (
    <div class="columns" data-at={world.at} data-past={String(isPast)}>
      <section>
        <h2>{actor}</h2>
        <p class="soft">
          {kind};{' '}
          {isPast
            ? `as it was at ${viewer.span(world.at)}, after event ${world.event.toLocaleString('en')}.`
            : viewer.status.value?.state === 'finished'
              ? `at ${viewer.at(world.at)}, where the run ended.`
              : `at ${viewer.at(world.at)}; it changes as the run goes on.`}
        </p>
        <pre class="scrolls" tabIndex={0} aria-label={`State of ${actor}`}>
          {text}
        </pre>
        <button type="button" onClick={() => void navigator.clipboard?.writeText(text)}>
          Copy JSON
        </button>
      </section>
      {picture !== null && (
        <section>
          <h3>Statechart</h3>
          <Statechart picture={picture} />
        </section>
      )}
      <section>
        <PendingMessages viewer={viewer} world={world} />
        {spec !== null && (
          <details>
            <summary>Specification</summary>
            <pre class="scrolls" tabIndex={0} aria-label={`Specification of ${actor}`}>
              {JSON.stringify(spec, undefined, 2)}
            </pre>
          </details>
        )}
      </section>
    </div>
  );
}
