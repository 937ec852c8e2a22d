/** The parts of a key event that name it. */
export interface KeyLike {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** A key press as it is written in help: `Shift+Space`, `Ctrl+Shift+P`, `?`. Signs that need Shift on some keyboards are written without it. */
export function keyName({ key, shiftKey, ctrlKey, metaKey, altKey }: KeyLike): string {
  const isSign = key.length === 1 && !/[a-z0-9 ]/i.test(key);
  const name = key === ' ' ? 'Space' : key.startsWith('Arrow') ? key.slice(5) : key === 'Escape' ? 'Esc' : key;
  const parts: string[] = [];
  if (ctrlKey || metaKey) parts.push('Ctrl');
  if (altKey) parts.push('Alt');
  if (shiftKey && !isSign) parts.push('Shift');
  parts.push(name.length === 1 ? name.toUpperCase() : name);
  return parts.join('+');
}

/** Whether an element takes text, where keys mean letters. */
export function takesText(
  element: { readonly tagName: string; readonly isContentEditable?: boolean; readonly type?: string } | null,
): boolean {
  if (element === null) return false;
  if (element.isContentEditable === true) return true;
  if (element.tagName === 'INPUT') return !['checkbox', 'radio', 'button', 'range'].includes(element.type ?? 'text');
  return element.tagName === 'TEXTAREA' || element.tagName === 'SELECT';
}

/** Whether Space and Enter already mean something on an element. */
export function takesPress(element: { readonly tagName: string; readonly type?: string } | null): boolean {
  return (
    element !== null &&
    (element.tagName === 'BUTTON' ||
      element.tagName === 'A' ||
      element.tagName === 'SUMMARY' ||
      (element.tagName === 'INPUT' && element.type === 'checkbox'))
  );
}
