// `*` stands for any part of one name, `**` for any number of whole names, everything else for itself: `node*` matches node3,
// `cluster` followed by `**` all actors below cluster.
/** A test whether an actor path matches `pattern`. @internal */
export function pathPattern(pattern: string): (path: string) => boolean {
  if (!pattern.includes('*')) return (path) => path === pattern;
  const names = pattern
    .split('/')
    .map((name) => (name === '**' ? '**' : name.replace(/[\\^$.|?+()[\]{}]/g, '\\$&').replace(/\*+/g, '[^/]*')));
  let source = '';
  for (const [i, name] of names.entries()) {
    const last = i === names.length - 1;
    if (name === '**') source += last ? '.+' : '(?:[^/]+/)*';
    else source += last ? name : `${name}/`;
  }
  const expression = new RegExp(`^${source}$`);
  return (path) => expression.test(path);
}
