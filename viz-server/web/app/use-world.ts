import { useEffect, useRef, useState } from 'preact/hooks';
import type { ActorWorld } from '../../protocol/actor-world.ts';
import type { Viewer } from './viewer.ts';

/** Time between two questions about an actor that changes, in ms. */
const everyMs = 1000;

/** The actor that is looked at, as it is now or was then. */
export interface Looked {
  readonly actor: string;
  readonly world: ActorWorld | undefined;
  readonly problem: string;
}

/** Keeps what the server says of the actor that is looked at: as it changes, or at the moment of the past; undefined without an actor. */
export function useWorld(viewer: Viewer): Looked | undefined {
  const [now, setNow] = useState<ActorWorld | undefined>(undefined);
  const [problem, setProblem] = useState('');
  const asked = useRef(0);
  viewer.selected.value;
  viewer.travel.actor.value;
  const subject = viewer.travel.subject;
  const { actor = '', sim = 1 } = subject ?? {};
  const isPast = viewer.travel.moment.value !== undefined;
  const { runId } = viewer.run.value;
  const patch = viewer.watched.value;
  useEffect(() => {
    setNow(undefined);
    setProblem('');
    if (actor === '' || isPast) return;
    let isGone = false;
    viewer.live.request({ type: 'world', actor, sim }).then(
      ({ value }) => {
        if (!isGone) setNow(value as ActorWorld);
      },
      (error: unknown) => {
        if (!isGone) setProblem(error instanceof Error ? error.message : String(error));
      },
    );
    viewer.live.send({ type: 'watch', actor, sim });
    return () => {
      isGone = true;
      viewer.live.send({ type: 'unwatch', actor, sim });
    };
  }, [actor, sim, isPast, runId]);
  // State comes as it changes; what else there is to see of the actor is asked for when it has.
  const at = patch !== undefined && patch.actor === actor && patch.sim === sim ? patch.at : undefined;
  useEffect(() => {
    if (at === undefined || actor === '' || isPast) return;
    const waitMs = Math.max(0, asked.current + everyMs - performance.now());
    const timer = setTimeout(() => {
      asked.current = performance.now();
      viewer.live.request({ type: 'world', actor, sim }).then(
        ({ value }) => setNow(value as ActorWorld),
        () => undefined,
      );
    }, waitMs);
    return () => clearTimeout(timer);
  }, [at, isPast]);
  if (actor === '') return undefined;
  if (isPast) {
    const arrival = viewer.travel.arrival.value;
    return { actor, world: viewer.travel.world.value, problem: arrival.kind === 'failed' ? arrival.why : '' };
  }
  const world = now !== undefined && at !== undefined && at > now.at ? { ...now, at, state: patch?.state } : now;
  return { actor, world, problem };
}
