import { useEffect, useState } from 'preact/hooks';
import type { Viewer } from '../app/viewer.ts';

type Loose = Readonly<Record<string, unknown>>;

/** State of the actor of the selection as it changes; of a statechart its states, the active ones lit. */
export function ActorPanel({ viewer }: { readonly viewer: Viewer }) {
  const [whole, setWhole] = useState<unknown>(undefined);
  const [problem, setProblem] = useState('');
  const track = viewer.track(viewer.selected.value?.track ?? 0);
  const actor = track?.actor ?? '';
  const sim = track?.sim ?? 1;
  const patch = viewer.watched.value;
  useEffect(() => {
    setWhole(undefined);
    setProblem('');
    if (actor === '') return;
    viewer.live.request({ type: 'world', actor, sim }).then(
      ({ value }) => setWhole(value),
      (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
    );
    viewer.live.send({ type: 'watch', actor, sim });
    return () => viewer.live.send({ type: 'unwatch', actor, sim });
  }, [actor, sim]);
  if (actor === '') return <p class="soft">Select a task: this panel shows the actor it belongs to.</p>;
  if (problem !== '') return <p class="problem">{problem}</p>;
  const world = (whole ?? {}) as Loose;
  const isPatched = patch !== undefined && patch.actor === actor;
  const state = isPatched ? patch.state : (world.state ?? whole);
  const chart = world.chart ?? world.machine;
  const active = activeStates(state);
  return (
    <div class="columns">
      <section>
        <h2>{actor}</h2>
        <p class="soft">
          State at {viewer.at(isPatched ? patch.at : viewer.time.limit)}; it changes as the run goes on.
        </p>
        <pre class="scrolls" tabIndex={0} aria-label={`State of ${actor}`}>
          {JSON.stringify(state, undefined, 2) ?? '…'}
        </pre>
        <button type="button" onClick={() => void navigator.clipboard?.writeText(JSON.stringify(state, undefined, 2))}>
          Copy JSON
        </button>
      </section>
      {typeof chart === 'object' && chart !== null && (
        <section>
          <h3>Statechart</h3>
          <Chart node={chart as Loose} path="" active={active} />
        </section>
      )}
    </div>
  );
}

/** Paths of the states that are active in an XState-like state value: `a.b`. */
function activeStates(state: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'string') found.add(path === '' ? value : `${path}.${value}`);
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) {
        const here = path === '' ? key : `${path}.${key}`;
        found.add(here);
        walk(inner, here);
      }
  };
  walk((state as Loose | undefined)?.value, '');
  return found;
}

function Chart({
  node,
  path,
  active,
}: {
  readonly node: Loose;
  readonly path: string;
  readonly active: ReadonlySet<string>;
}) {
  const states = Object.entries((node.states ?? {}) as Readonly<Record<string, Loose>>);
  return (
    <ul class={node.type === 'parallel' ? 'states parallel' : 'states'}>
      {states.map(([name, inner]) => {
        const here = path === '' ? name : `${path}.${name}`;
        const isActive = active.has(here);
        return (
          <li key={name} class={isActive ? 'active' : ''}>
            <b>
              {name}
              {isActive && ' ●'}
            </b>
            <span class="soft"> {Object.keys((inner.on ?? {}) as object).join(', ')}</span>
            {inner.states !== undefined && <Chart node={inner} path={here} active={active} />}
          </li>
        );
      })}
    </ul>
  );
}
