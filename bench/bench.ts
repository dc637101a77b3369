import { availableParallelism } from "node:os";
import { benchBridge } from "./bridge.ts";
import { benchDevices } from "./devices.ts";
import { printFigures } from "./figures.ts";
import { benchFrames } from "./frames.ts";
import { benchTurn } from "./turn.ts";

/**
 * `xiaozhi bench SUBJECT`: figures of this machine. They are for reading; no test depends on them. `devices`: the simulator's and
 * the firmware's. `gateway`, `mcp`, `nodes`, `talkers`, `idle`, `embedded`, `wake`, `turn-detection`, `barge-in`, `answerer`, `storage`,
 * `console` and `console-lists` are others.
 */
export async function run([subject, ...args]: string[] = []): Promise<number> {
  if (subject === "gateway") return (await import("./gateway.ts")).run(args);
  if (subject === "mcp") return (await import("./mcp.ts")).run(args);
  if (subject === "nodes") return (await import("./nodes/nodes.ts")).run(args);
  if (subject === "talkers") return (await import("./talkers.ts")).run(args);
  if (subject === "idle") return (await import("./idle/idle.ts")).run(args);
  if (subject === "barge-in") return (await import("./barge-in.ts")).run(args);
  if (subject === "turn-detection") return (await import("./turn-detection.ts")).run(args);
  if (subject === "answerer") return (await import("./home/answerer.ts")).run(args);
  if (subject === "wake") return (await import("./wake.ts")).run(args);
  if (subject === "storage") return (await import("./storage.ts")).run(args);
  if (subject === "embedded") return (await import("./embedded.ts")).run(args);
  if (subject === "console-lists") return (await import("./console/lists.ts")).run(args);
  if (subject === "console") return (await import("./console/first-list.ts")).run(args);
  if (subject !== "devices") {
    console.error(`xiaozhi bench: there is no subject "${subject}": see --help`);
    return 2;
  }
  console.log(
    `Node ${process.version}, ${availableParallelism()} cores; other work on the machine shows in the figures.`,
  );
  const { devices, heap } = await benchDevices();
  printFigures("Simulator", [...benchBridge(), ...devices]);
  printFigures("Firmware heap", heap);
  printFigures("A frame on XS", await benchFrames());
  printFigures("A spoken turn, embedded speech", await benchTurn());
  return 0;
}
