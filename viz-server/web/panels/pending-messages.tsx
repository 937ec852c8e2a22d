import type { ActorWorld } from '../../protocol/actor-world.ts';
import type { Viewer } from '../app/viewer.ts';

const mostText = 120;

/** What is under way to an actor: its mailbox, timers and messages on their way, the next first. */
export function PendingMessages({ viewer, world }: { readonly viewer: Viewer; readonly world: ActorWorld }) {
  const { pending, morePending, at } = world;
  if (pending === null) return <p class="soft">So much is pending in this run that it is not looked through.</p>;
  if (pending.length === 0) return <p class="soft">Nothing is under way to this actor.</p>;
  return (
    <table>
      <caption>Mailbox and timers{morePending > 0 && `, and ${morePending} more after these`}</caption>
      <thead>
        <tr>
          <th scope="col">in</th>
          <th scope="col">message</th>
          <th scope="col">what</th>
        </tr>
      </thead>
      <tbody>
        {pending.map(({ at: due, type, message }, i) => (
          <tr key={`${i} ${due}`}>
            <td class="number">{due <= at ? 'now' : viewer.span(due - at)}</td>
            <td>{type}</td>
            <td class="soft">{cut(JSON.stringify(message) ?? '')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function cut(text: string): string {
  if (text === '{}') return '';
  return text.length > mostText ? `${text.slice(0, mostText)}…` : text;
}
