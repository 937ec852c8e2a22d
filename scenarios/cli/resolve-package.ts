import { register } from 'node:module';

let done = false;

/**
 * Lets a scenario file anywhere on the disk write `import { defineScenario } from 'escapement/scenarios'`:
 * when the package cannot be found from the file itself, the running package is taken.
 */
export function resolvePackageFromAnywhere(): void {
  if (done) return;
  done = true;
  const parent = JSON.stringify(import.meta.url);
  const source = `export async function resolve(specifier, context, next) {
    try { return await next(specifier, context); } catch (error) {
      if (specifier === 'escapement' || specifier.startsWith('escapement/') || specifier === 'zod')
        return next(specifier, { ...context, parentURL: ${parent} });
      throw error;
    }
  }`;
  register(`data:text/javascript,${encodeURIComponent(source)}`);
}
