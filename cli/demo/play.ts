import { Listener } from "../listener.ts";
import { ACTS, type Act, type ActResult, ANSWERS, playAct } from "./acts.ts";
import { createDemoWorld, type DemoOptions } from "./world.ts";

export interface PlayOptions extends DemoOptions {
  /** All of them unless told otherwise. */
  readonly acts?: readonly Act[];
  /** Told of each act as it ends. */
  readonly onAct?: (result: ActResult) => void;
}

/** A virtual minute for each act is plenty. */
const LIMIT_MS = 600_000;

/** Plays the whole conversation; an act that fails does not keep the others from being played. */
export async function playDemo({ onAct, acts = ACTS, ...options }: PlayOptions = {}): Promise<readonly ActResult[]> {
  const world = await createDemoWorld(options);
  const listener = new Listener(ANSWERS, world.clock);
  const results: ActResult[] = [];
  try {
    world.device.start();
    for (const act of acts) {
      const result = await world.clock.run(playAct(world, listener, act), { limitMs: LIMIT_MS });
      results.push(result);
      onAct?.(result);
    }
  } finally {
    await listener.close();
    await world.stop();
  }
  return results;
}
