import type { ActorCell } from './actor-cell.ts';
import type { World } from './world.ts';

/** What a dead run waits for: the first cycle of waits by name, or, without one, every wait. */
export function describeWaits(world: World): { readonly count: number; readonly text: string } {
  const waiting = world.cells.filter((cell) => cell.isAlive && cell.waitCause !== undefined);
  for (const start of waiting) {
    const path: ActorCell[] = [];
    let at: ActorCell | undefined = start;
    while (at !== undefined && at.waitCause !== undefined && !path.includes(at)) {
      path.push(at);
      at = at.waitHolder >= 0 ? world.find(at.waitHolder as never) : undefined;
    }
    if (at === undefined || !path.includes(at)) continue;
    const cycle = path.slice(path.indexOf(at));
    const text = cycle.map((cell) => `${cell.path} waits for ${cell.waitCause}`).join(' -> ');
    return { count: waiting.length, text: `${text} -> ${at.path}` };
  }
  const shown = waiting.slice(0, 8).map((cell) => {
    const holder = cell.waitHolder >= 0 ? world.find(cell.waitHolder as never) : undefined;
    return `${cell.path} waits for ${cell.waitCause}${holder === undefined ? '' : ` held by ${holder.path}`}`;
  });
  const more = waiting.length > 8 ? `, and ${waiting.length - 8} more` : '';
  return { count: waiting.length, text: shown.join(', ') + more };
}
