import type { PartingEvent } from '../../protocol/parting.ts';
import type { RunPair } from '../app/comparison.ts';
import { useComparison } from '../app/use-comparison.ts';
import type { Viewer } from '../app/viewer.ts';

/** The first event in which the two runs part, and what led to it in each. */
export function FirstDifference({ viewer, pair }: { readonly viewer: Viewer; readonly pair: RunPair }) {
  const [answer, problem] = useComparison(viewer, pair, 'divergence');
  if (problem !== '') return <p class="problem">{problem}</p>;
  if (answer === undefined) return <p class="soft">Both runs are run again, event by event …</p>;
  const parting = answer.value;
  if (parting.same)
    return (
      <p data-same="true">
        The runs are the same: <b>{parting.events.toLocaleString('en')}</b> events, one by one.
      </p>
    );
  const { event, reason, detail, before, after, tickPs } = parting;
  const earliest = Math.min(before?.at ?? Number.POSITIVE_INFINITY, after?.at ?? Number.POSITIVE_INFINITY) / tickPs;
  return (
    <>
      <p data-same="false">
        The runs part at event <b>{event.toLocaleString('en')}</b> ({reason}): {detail}.{' '}
        <button
          type="button"
          onClick={() => viewer.move.show(earliest - viewer.time.span / 4, earliest + viewer.time.span / 4, 0)}
        >
          Show it
        </button>{' '}
        <button type="button" onClick={() => viewer.travel.seek(earliest - 1, subjectOf(before ?? after))}>
          State just before
        </button>
      </p>
      <div class="columns">
        <SideOf viewer={viewer} title={`Run ${pair.before.run}`} side={before} tickPs={tickPs} />
        <SideOf viewer={viewer} title={`Run ${pair.after.run}`} side={after} tickPs={tickPs} />
      </div>
    </>
  );
}

const mostText = 160;

function cut(text: string): string {
  return text.length > mostText ? `${text.slice(0, mostText)}…` : text;
}

function subjectOf(side: PartingEvent | null): { readonly actor: string; readonly sim: number } | undefined {
  return side === null || side.actor === '' ? undefined : { actor: side.actor, sim: 1 };
}

function SideOf({
  viewer,
  title,
  side,
  tickPs,
}: {
  readonly viewer: Viewer;
  readonly title: string;
  readonly side: PartingEvent | null;
  readonly tickPs: number;
}) {
  if (side === null)
    return (
      <section>
        <h3>{title}</h3>
        <p class="soft">was over.</p>
      </section>
    );
  const { actor, type, at, message, causes } = side;
  return (
    <section>
      <h3>{title}</h3>
      <p>
        <b>{actor === '' ? 'the simulation' : actor}</b> hears <b>{type}</b> at {viewer.span(at / tickPs)}{' '}
        <code>{cut(JSON.stringify(message))}</code>
      </p>
      {causes.length > 0 && (
        <ol class="soft">
          {causes.map((cause) => (
            <li key={cause.event}>
              because of event {cause.event.toLocaleString('en')} at {viewer.span(cause.at / tickPs)}:{' '}
              {cause.actor || 'the simulation'} {cause.type}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
