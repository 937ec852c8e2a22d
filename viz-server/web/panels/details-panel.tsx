import type { Viewer } from '../app/viewer.ts';
import { type Cause, causeLooks, waitCauses } from '../draw/palette.ts';
import { Swatch } from './swatch.tsx';

/** The selected task: what it did, what it waited for, who ended the waits, and so on to the root. */
export function DetailsPanel({ viewer }: { readonly viewer: Viewer }) {
  const item = viewer.selected.value;
  const detail = viewer.detail.value;
  if (item === undefined)
    return (
      <p class="soft">
        Click a task on the timeline, or press . to begin with the first one: this panel then says what it waited for
        and why.
      </p>
    );
  const track = viewer.track(item.track);
  if (item.isCollapsed)
    return (
      <p>
        <b>{item.count} tasks</b> end between {viewer.at(item.start)} and {viewer.at(item.end)} on {track?.actor}; busy{' '}
        {Math.round(item.busy * 100)} % of that time.{' '}
        <button type="button" onClick={() => viewer.move.show(item.start, item.end, 0)}>
          Zoom in to see them apart
        </button>
      </p>
    );
  const total = item.end - item.start;
  const waited = (detail?.stretches ?? []).reduce(
    (sum, { from, until, cause }) => (cause === null ? sum : sum + until - from),
    0,
  );
  return (
    <div class="columns">
      <section aria-label="Task">
        <h2>
          {viewer.nameOf(item)} <span class="soft">{detail?.kind !== detail?.name ? detail?.kind : ''}</span>
        </h2>
        <dl>
          <dt>on</dt>
          <dd>
            {detail?.actor || track?.actor}
            {track?.kind === 'lane' ? ` · ${track.name}` : ''}
          </dd>
          <dt>from</dt>
          <dd>
            {viewer.at(item.start)} to {viewer.at(item.end)}
            {item.isOpen ? ' (not ended yet)' : ''}
          </dd>
          <dt>takes</dt>
          <dd>
            <b>{viewer.span(total)}</b>
            {detail !== undefined && ` = ${viewer.span(total - waited)} working + ${viewer.span(waited)} waiting`}
          </dd>
          {Object.entries(detail?.notes ?? {}).map(([key, value]) => [
            <dt key={key}>{key}</dt>,
            <dd key={`${key}=`}>{String(value)}</dd>,
          ])}
        </dl>
        <p class="actions">
          <button type="button" onClick={() => viewer.move.fit()}>
            Fit <kbd>F</kbd>
          </button>
          <button type="button" onClick={() => viewer.choice.backward()}>
            Back <kbd>[</kbd>
          </button>
          <button type="button" disabled={detail?.next === undefined} onClick={() => viewer.choice.forward()}>
            Go to the cause <kbd>]</kbd>
          </button>
        </p>
      </section>
      <section aria-label="What it did">
        <h3>What it did</h3>
        {detail === undefined ? (
          <p class="soft">Asking …</p>
        ) : (
          <ol class="stretches">
            {detail.stretches.slice(0, 100).map(({ from, until, cause, what, by }) => (
              <li key={`${from}-${until}-${what}`}>
                <Swatch index={cause === null ? 255 : waitCauses.indexOf(cause as Cause)} viewer={viewer} />
                <span>
                  {cause === null ? (
                    <>worked {viewer.span(until - from)}</>
                  ) : (
                    <>
                      waited <b>{viewer.span(until - from)}</b> for {cause} <b>{what}</b>
                      <span class="soft"> ({causeLooks[cause as Cause]?.meaning ?? 'no word for it'})</span>
                    </>
                  )}
                  {by !== 0 && (
                    <button type="button" class="plain link" onClick={() => void viewer.choice.goto(by, track?.sim)}>
                      ended by task {by} →
                    </button>
                  )}
                </span>
              </li>
            ))}
            {detail.stretches.length > 100 && <li class="soft">and {detail.stretches.length - 100} more</li>}
          </ol>
        )}
      </section>
      <section aria-label="Chain of causes">
        <h3>Why: the chain of causes</h3>
        {detail !== undefined && detail.chain.length === 0 && <p class="soft">It waited for nobody that is known.</p>}
        <ol class="chain">
          {(detail?.chain ?? []).map(({ task, name, actor, cause, what, from, until }, i) => (
            <li key={`${i}-${task}`}>
              <Swatch index={waitCauses.indexOf(cause as Cause)} viewer={viewer} />
              <button type="button" class="plain link" onClick={() => void viewer.choice.goto(task, track?.sim)}>
                {name || `task ${task}`} on {actor}
              </button>{' '}
              waited {viewer.span(until - from)} for {cause} <b>{what}</b>
            </li>
          ))}
        </ol>
        {(detail?.flows.length ?? 0) > 0 && <h3>Messages</h3>}
        <ul>
          {(detail?.flows ?? []).slice(0, 50).map(({ from, to, name }, i) => {
            const isOut = from === detail?.task;
            const other = isOut ? to : from;
            return (
              <li key={`${i}-${other}`}>
                <button type="button" class="plain link" onClick={() => void viewer.choice.goto(other, track?.sim)}>
                  {name} {isOut ? 'to' : 'from'} task {other}
                </button>
              </li>
            );
          })}
        </ul>
      </section>
    </div>
  );
}
