const prefix = 'escapement-';

/** What this browser keeps under a name; `null` for nothing, or in a browser that keeps nothing. */
export function readStored(name: string): string | null {
  try {
    return localStorage.getItem(prefix + name);
  } catch {
    return null;
  }
}

/** Keeps a text in this browser; a browser that keeps nothing forgets it. */
export function store(name: string, text: string): void {
  try {
    localStorage.setItem(prefix + name, text);
  } catch {
    // No more than that is lost.
  }
}
