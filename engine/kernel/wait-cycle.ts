import type { AnyRef } from './actor.ts';
import type { ActorCell } from './actor-cell.ts';
import type { World } from './world.ts';

/** What a dead run waits for: the first cycle of waits by name, or, without one, every wait. */
export function describeWaits(world: World): { readonly count: number; readonly text: string } {
  const waiting = world.cells.filter((cell) => cell.isAlive && causeOf(cell) !== undefined);
  for (const start of waiting) {
    const path: ActorCell[] = [];
    let at: ActorCell | undefined = start;
    while (at !== undefined && causeOf(at) !== undefined && !path.includes(at)) {
      path.push(at);
      at = holderOf(world, at);
    }
    if (at === undefined || !path.includes(at)) continue;
    const cycle = path.slice(path.indexOf(at));
    const text = cycle.map((cell) => `${cell.path} waits for ${causeOf(cell)}`).join(' -> ');
    return { count: waiting.length, text: `${text} -> ${at.path}` };
  }
  const shown = waiting.slice(0, 8).map((cell) => {
    const holder = holderOf(world, cell);
    return `${cell.path} waits for ${causeOf(cell)}${holder === undefined ? '' : ` held by ${holder.path}`}`;
  });
  const more = waiting.length > 8 ? `, and ${waiting.length - 8} more` : '';
  return { count: waiting.length, text: shown.join(', ') + more };
}

function causeOf(cell: ActorCell): string | undefined {
  const cause = cell.waitCause;
  return typeof cause === 'object' ? cause.cause : cause;
}

function holderOf(world: World, cell: ActorCell): ActorCell | undefined {
  const cause = cell.waitCause;
  const holder = typeof cause === 'object' ? cause.holder : cell.waitHolder;
  return holder !== undefined && holder >= 0 ? world.find(holder as AnyRef) : undefined;
}
