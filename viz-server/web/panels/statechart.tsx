import type { Picture } from '../../../engine/charts/index.ts';

/** A statechart as nested lists: the active states are lit, and each says what leads out of it. */
export function Statechart({ picture }: { readonly picture: Picture }) {
  const root = picture.nodes.find(({ parent }) => parent === undefined);
  if (root === undefined) return null;
  return <States picture={picture} parent={root.id} isParallel={root.kind === 'parallel'} />;
}

function States({
  picture,
  parent,
  isParallel,
}: {
  readonly picture: Picture;
  readonly parent: string;
  readonly isParallel: boolean;
}) {
  const states = picture.nodes.filter((node) => node.parent === parent);
  if (states.length === 0) return null;
  return (
    <ul class={isParallel ? 'states parallel' : 'states'}>
      {states.map(({ id, key, kind, isInitial }) => {
        const isActive = picture.active.includes(id);
        const ways = picture.edges.filter(({ source }) => source === id);
        return (
          <li key={id} class={isActive ? 'active' : ''} aria-current={isActive ? 'true' : undefined}>
            <b>
              {isInitial && '→ '}
              {key}
              {isActive && ' ●'}
            </b>
            <span class="soft">
              {' '}
              {ways
                .map(
                  ({ event, targets }) =>
                    `${wayOf(event)}${targets.length > 0 ? ` → ${targets.map(last).join(', ')}` : ''}`,
                )
                .join('; ')}
            </span>
            <States picture={picture} parent={id} isParallel={kind === 'parallel'} />
          </li>
        );
      })}
    </ul>
  );
}

/** An event as its author wrote it. */
function wayOf(event: string): string {
  if (event === '') return 'always';
  const after = /^xstate\.after\.([^.]+)\./.exec(event);
  if (after !== null) return `after ${after[1]}`;
  return event.replace(/^xstate\.(done|error)\..*$/, '$1');
}

function last(id: string): string {
  return id.slice(id.lastIndexOf('.') + 1);
}
