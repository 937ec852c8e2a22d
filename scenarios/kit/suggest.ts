import { closest, distance } from 'fastest-levenshtein';

/** The known name that `name` most likely meant, or undefined when none is near (more than 2 edits and more than a third of its length). */
export function suggest(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const exact = known.find((candidate) => bare(candidate) === bare(name));
  if (exact !== undefined) return exact;
  const shortened = name.slice(0, 64).toLowerCase();
  const best = known[
    known
      .map((k) => k.toLowerCase())
      .indexOf(
        closest(
          shortened,
          known.map((k) => k.toLowerCase()),
        ),
      )
  ] as string;
  const edits = distance(shortened, best.toLowerCase());
  return edits <= Math.max(2, Math.floor(best.length / 3)) && edits < best.length ? best : undefined;
}

/** `Did you mean 'gpus'?`, or `otherwise` when nothing is near. */
export function didYouMean(name: string, known: readonly string[], otherwise: string): string {
  const best = suggest(name, known);
  return best === undefined ? otherwise : `Did you mean '${best}'?`;
}

function bare(name: string): string {
  return name.replace(/[-_\s]/g, '').toLowerCase();
}
