import type { Stages } from "../../host-server/stages.ts";
import { Listener } from "../listener.ts";
import { ACTS, type ActResult, ANSWERS, playAct } from "./acts.ts";
import { createDemoWorld } from "./world.ts";

export interface PlayOptions {
  /** Told of each act as it ends. */
  readonly onAct?: (result: ActResult) => void;
  /** Replaces the server's stages: for a server that cannot hear or speak. */
  readonly stages?: (own: Stages) => Stages;
}

/** A virtual minute for each act is plenty. */
const LIMIT_MS = 600_000;

/** Plays the whole conversation; an act that fails does not keep the others from being played. */
export async function playDemo({ onAct, stages }: PlayOptions = {}): Promise<readonly ActResult[]> {
  const world = await createDemoWorld(stages);
  const listener = new Listener(ANSWERS, world.clock);
  const results: ActResult[] = [];
  try {
    world.device.start();
    for (const act of ACTS) {
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
