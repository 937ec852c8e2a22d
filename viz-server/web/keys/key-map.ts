import { readStored, store } from '../app/stored.ts';
import type { Viewer } from '../app/viewer.ts';
import { commands } from './commands.ts';
import { keyName, takesPress, takesText } from './key-name.ts';

const stored = 'keys';

/** Keys by command: those of the list, and what the reader bound otherwise. */
export function boundKeys(): ReadonlyMap<string, string> {
  const bound = new Map<string, string>();
  for (const { id, keys } of commands) for (const key of keys) bound.set(key, id);
  try {
    const own = JSON.parse(readStored(stored) ?? '{}') as Readonly<Record<string, unknown>>;
    for (const [key, id] of Object.entries(own))
      if (typeof id === 'string' && commands.some((one) => one.id === id)) bound.set(key, id);
  } catch {
    // What cannot be read is not bound.
  }
  return bound;
}

/** Binds a key to a command in this browser. */
export function bindKey(key: string, id: string): void {
  try {
    const own = JSON.parse(readStored(stored) ?? '{}') as Record<string, string>;
    store(stored, JSON.stringify({ ...own, [key]: id }));
  } catch {
    // What cannot be read is not added to.
  }
}

/** Listens for keys everywhere but in text fields; in dialogs only Escape counts. */
export function listenForKeys(viewer: Viewer): void {
  addEventListener('keydown', (event) => {
    const target = event.target as HTMLElement | null;
    const name = keyName(event);
    if (takesText(target)) {
      if (name === 'Esc') target?.blur();
      return;
    }
    if (viewer.dialog.value !== undefined && name !== 'Esc' && name !== '?') return;
    if ((name === 'Space' || name === 'Enter') && takesPress(target)) return;
    if (target?.getAttribute('role') === 'tab' && (name === 'Left' || name === 'Right')) return;
    if (target?.closest('.scrolls') != null && ['Up', 'Down', 'Left', 'Right'].includes(name)) return;
    const id = boundKeys().get(name);
    const command = commands.find((one) => one.id === id);
    if (command === undefined) return;
    event.preventDefault();
    command.run(viewer);
  });
}
