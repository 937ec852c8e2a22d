import { useEffect, useRef, useState } from 'preact/hooks';
import type { Viewer } from '../app/viewer.ts';
import { commands } from '../keys/commands.ts';
import { bindKey, boundKeys } from '../keys/key-map.ts';
import { keyName } from '../keys/key-name.ts';

/** What lies over the page: help, palette, note. Focus goes in, and back to where it was. */
export function Dialogs({ viewer }: { readonly viewer: Viewer }) {
  const dialog = viewer.dialog.value;
  if (dialog === 'help')
    return (
      <Frame viewer={viewer} title="Keys">
        <Help viewer={viewer} />
      </Frame>
    );
  if (dialog === 'palette')
    return (
      <Frame viewer={viewer} title="Commands">
        <Palette viewer={viewer} />
      </Frame>
    );
  if (dialog === 'note')
    return (
      <Frame viewer={viewer} title="Mark with a note">
        <Note viewer={viewer} />
      </Frame>
    );
  return null;
}

function Frame({
  viewer,
  title,
  children,
}: {
  readonly viewer: Viewer;
  readonly title: string;
  readonly children: preact.ComponentChildren;
}) {
  const frame = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    frame.current?.showModal();
    return () => before?.focus();
  }, []);
  const close = (): void => {
    viewer.dialog.value = undefined;
  };
  return (
    <dialog ref={frame} aria-label={title} onClose={close}>
      <header>
        <h2>{title}</h2>
        <button type="button" onClick={close}>
          Close <kbd>Esc</kbd>
        </button>
      </header>
      {children}
    </dialog>
  );
}

function Help({ viewer: _ }: { readonly viewer: Viewer }) {
  const [binding, setBinding] = useState<string | undefined>(undefined);
  const keys = boundKeys();
  const keysOf = (id: string): string[] => [...keys].filter(([, bound]) => bound === id).map(([key]) => key);
  return (
    <div
      class="help"
      onKeyDown={(event) => {
        if (binding === undefined || ['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return;
        event.preventDefault();
        event.stopPropagation();
        if (event.key !== 'Escape') bindKey(keyName(event), binding);
        setBinding(undefined);
      }}
    >
      <p>
        Plain bars are work, patterned bars are waits; the pattern and the word below the timeline say for what. A
        zig-zag with 12× stands for twelve tasks too short to draw. Mouse: drag selects an area, Shift+drag pans, the
        wheel scrolls, Ctrl+wheel zooms, a click asks why, a double click zooms in, Ctrl+click shows the histogram,
        Shift+click and the axis look at a moment of the past, a click on a mark on the axis chooses it.
      </p>
      {(['Move', 'Choose', 'Run', 'Panels'] as const).map((group) => (
        <section key={group}>
          <h3>{group}</h3>
          <dl>
            {commands
              .filter((command) => command.group === group && keysOf(command.id).length > 0)
              .map((command) => [
                <dt key={command.id}>
                  <button
                    type="button"
                    class="plain"
                    title="Press to bind another key"
                    onClick={() => setBinding(command.id)}
                  >
                    {binding === command.id
                      ? 'press a key'
                      : keysOf(command.id).map((key) => <kbd key={key}>{key}</kbd>)}
                  </button>
                </dt>,
                <dd key={`${command.id}=`}>{command.title}</dd>,
              ])}
          </dl>
        </section>
      ))}
    </div>
  );
}

function Palette({ viewer }: { readonly viewer: Viewer }) {
  const [text, setText] = useState('');
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const keys = boundKeys();
  const wanted = text.toLowerCase();
  const shown = commands.filter(({ id, title }) => id !== 'palette' && title.toLowerCase().includes(wanted));
  const run = (command: (typeof commands)[number] | undefined): void => {
    viewer.dialog.value = undefined;
    setTimeout(() => command?.run(viewer));
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        run(shown[0]);
      }}
    >
      <input
        ref={input}
        type="search"
        aria-label="Command"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <ul class="commands">
        {shown.map((command) => (
          <li key={command.id}>
            <button type="button" class="plain" onClick={() => run(command)}>
              <span>{command.title}</span>
              <span>
                {[...keys]
                  .filter(([, id]) => id === command.id)
                  .map(([key]) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </form>
  );
}

function Note({ viewer }: { readonly viewer: Viewer }) {
  const [text, setText] = useState('');
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        viewer.dialog.value = undefined;
        void viewer.marking.add(text);
      }}
    >
      <input
        ref={input}
        aria-label="Note"
        maxLength={500}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit">Mark</button>
    </form>
  );
}
