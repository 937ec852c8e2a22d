import { useEffect, useState } from 'preact/hooks';
import type { FieldDescription, ScenarioDescription } from '../../../scenarios/kit/describe-scenario.ts';
import { fetchJson } from '../app/api.ts';
import type { Viewer } from '../app/viewer.ts';
import { Field } from './side-panel.tsx';

/** The parameters of the watched run, to be changed for a second one; only what was changed is sent, and the server checks it. */
export function SecondRunForm({ viewer }: { readonly viewer: Viewer }) {
  const { scenario, params, seed } = viewer.run.value;
  const [fields, setFields] = useState<readonly FieldDescription[]>([]);
  const [changes, setChanges] = useState<Readonly<Record<string, string>>>({});
  const [free, setFree] = useState('');
  useEffect(() => {
    let isGone = false;
    setChanges({});
    fetchJson(viewer, `scenarios/${encodeURIComponent(scenario)}`).then(
      (answer) => {
        if (!isGone) setFields((answer as ScenarioDescription).params);
      },
      (error: unknown) => viewer.complain(error),
    );
    return () => {
      isGone = true;
    };
  }, [scenario]);
  const present = (name: string): string => String(name === 'seed' ? seed : (params[name] ?? ''));
  const names = Object.keys(changes);
  const submit = (event: Event): void => {
    event.preventDefault();
    const things = free.split(/[\s,]+/).filter((name) => name !== '');
    void viewer.compare.fork(changes, things);
  };
  return (
    <form class="second" onSubmit={submit} aria-label="Second run">
      <p class="actions">
        <label>
          <span>free</span>{' '}
          <input
            value={free}
            placeholder="names of resources, links …"
            list="freeable"
            title="Names of resources, stations and links that nobody waits for; a * at the end stands for all that begin so"
            onInput={(event) => setFree(event.currentTarget.value)}
          />
        </label>{' '}
        <datalist id="freeable">
          {namesInUse(viewer).map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <button type="submit" class="main" disabled={!viewer.canControl.value}>
          ▶ Start the second run
        </button>{' '}
        <span class="soft">
          {names.length === 0
            ? 'The same parameters: it must come out the same.'
            : names.map((name) => `${name} ${present(name)} → ${changes[name]}`).join(', ')}
        </span>
      </p>
      <div class="fields">
        {fields
          .filter(({ name }) => name !== 'replications')
          .map((field) => (
            <div key={field.name} class={names.includes(field.name) ? 'changed' : ''}>
              <Field
                field={field}
                value={changes[field.name] ?? present(field.name)}
                placeholder={present(field.name)}
                onValue={(value) => {
                  const next = { ...changes };
                  if (value === '' || value === present(field.name)) delete next[field.name];
                  else next[field.name] = value;
                  setChanges(next);
                }}
              />
            </div>
          ))}
      </div>
    </form>
  );
}

const inUse = ' in use';
const mostNames = 200;

/** What counts its use by name: resources, stations and links, which can be free. */
function namesInUse(viewer: Viewer): string[] {
  const names = new Set<string>();
  for (const { kind, name } of viewer.data.tracks.values())
    if (kind === 'counter' && name.endsWith(inUse) && names.size < mostNames) names.add(name.slice(0, -inUse.length));
  return [...names];
}
