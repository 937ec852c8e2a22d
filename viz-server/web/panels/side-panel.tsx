import { useEffect, useState } from 'preact/hooks';
import type { FieldDescription, ScenarioDescription } from '../../../scenarios/kit/describe-scenario.ts';
import { fetchJson } from '../app/api.ts';
import type { Viewer } from '../app/viewer.ts';

type ScenarioName = Pick<ScenarioDescription, 'id' | 'title'>;

/** Chooses a scenario and its parameters: the form comes from the scenario's schema, the server checks what is sent. */
export function SidePanel({ viewer }: { readonly viewer: Viewer }) {
  const [list, setList] = useState<readonly ScenarioName[]>([]);
  const [id, setId] = useState('');
  const [info, setInfo] = useState<ScenarioDescription | undefined>(undefined);
  const [preset, setPreset] = useState('quick');
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [problem, setProblem] = useState('');
  const [seed, setSeed] = useState('1');
  const [isPaused, setPaused] = useState(false);
  const { kind } = viewer.line.value;
  const run = viewer.run.value;

  useEffect(() => {
    if (kind !== 'open' || list.length > 0) return;
    fetchJson(viewer, 'scenarios').then(
      (answer) => setList(answer as readonly ScenarioName[]),
      (error: unknown) => setProblem(String(error)),
    );
  }, [kind]);
  useEffect(() => {
    if (id === '' && run.scenario !== '') setId(run.scenario);
    else if (id === '' && list[0] !== undefined) setId(list[0].id);
  }, [run.scenario, list]);
  useEffect(() => {
    if (id === '' || kind !== 'open') return;
    const isShown = id === run.scenario;
    fetchJson(viewer, `scenarios/${encodeURIComponent(id)}`).then(
      (answer) => {
        setInfo(answer as ScenarioDescription);
        const own = isShown ? Object.entries(run.params).filter(([key]) => key !== 'preset') : [];
        const presetOf = run.params.preset;
        if (isShown && typeof presetOf === 'string') setPreset(presetOf);
        setValues(Object.fromEntries(own.map(([key, value]) => [key, String(value)])));
        setProblem('');
      },
      (error: unknown) => setProblem(String(error)),
    );
  }, [id, kind]);

  const start = async (event: Event): Promise<void> => {
    event.preventDefault();
    const params: Record<string, string> = { ...values, seed };
    if (preset !== '') params.preset = preset;
    try {
      await viewer.live.request({ type: 'control', op: 'start', args: { scenario: id, params, paused: isPaused } });
      setProblem('');
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  const presetSet = info?.presets[preset]?.set ?? {};
  return (
    <aside class="side" aria-label="Scenario">
      <form onSubmit={(event) => void start(event)}>
        <h2>Scenario</h2>
        <label>
          <span>What to run</span>
          <select value={id} onChange={(event) => setId(event.currentTarget.value)}>
            {list.map((one) => (
              <option key={one.id} value={one.id}>
                {one.id.split('/').pop()}
              </option>
            ))}
          </select>
        </label>
        {info !== undefined && (
          <p class="soft">
            {info.title} <span title={info.paper.title}>({info.paper.reference})</span>
          </p>
        )}
        <label>
          <span>Preset</span>
          <select
            value={preset}
            onChange={(event) => {
              setPreset(event.currentTarget.value);
              setValues({});
            }}
          >
            <option value="">none: defaults</option>
            {Object.entries(info?.presets ?? {}).map(([name, { describe }]) => (
              <option key={name} value={name} title={describe}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {info?.presets[preset] !== undefined && <p class="soft">{info.presets[preset].describe}</p>}
        <p class="actions">
          <button type="submit" class="main" disabled={!viewer.canControl.value || info === undefined}>
            ▶ Start
          </button>
          <label class="inline">
            <input type="checkbox" checked={isPaused} onChange={(event) => setPaused(event.currentTarget.checked)} />{' '}
            paused
          </label>
        </p>
        {problem !== '' && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        {!viewer.canControl.value && kind === 'open' && <p class="soft">This link only watches.</p>}
        <h3>Parameters</h3>
        <label>
          <span>seed</span>
          <input inputMode="numeric" value={seed} onInput={(event) => setSeed(event.currentTarget.value)} />
        </label>
        {(info?.params ?? [])
          .filter(({ name }) => name !== 'preset' && name !== 'seed')
          .map((field) => {
            const placeholder = presetSet[field.name] ?? field.defaultText;
            return (
              <Field
                key={field.name}
                field={field}
                value={values[field.name] ?? ''}
                placeholder={String(placeholder)}
                onValue={(value) => {
                  const next = { ...values };
                  if (value === '') delete next[field.name];
                  else next[field.name] = value;
                  setValues(next);
                }}
              />
            );
          })}
      </form>
    </aside>
  );
}

export interface FieldProps {
  readonly field: FieldDescription;
  readonly value: string;
  readonly placeholder: string;
  onValue(value: string): void;
}

/** Label, input and description of one parameter. */
export function Field({ field, value, placeholder, onValue }: FieldProps) {
  const choices = field.kind === 'boolean' ? ['true', 'false'] : field.choices;
  return (
    <label title={`${field.describe} (${field.type})`}>
      <span>{field.name}</span>
      {choices !== undefined ? (
        <select value={value} onChange={(event) => onValue(event.currentTarget.value)}>
          <option value="">{placeholder}</option>
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {choice}
            </option>
          ))}
        </select>
      ) : (
        <input
          value={value}
          placeholder={placeholder}
          spellcheck={false}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
      <small>{field.describe}</small>
    </label>
  );
}
