import type { Cancel } from "../../../protocol/clock.ts";
import { isObject } from "../../../protocol/json.ts";
import type { LiveEvent } from "../contract/live.ts";
import type { ConsoleParts } from "../parts.ts";

/** ms between two looks at a device's memory. */
const LOOK_MS = 10_000;
/** Our firmware says there what is free; devices of others say nothing of it. */
const TOOL = "self.get_device_status";

/** Has a device say how much of its memory is free, as long as somebody looks at it; gives what ends that. */
export function watchHeap(
  { reach, clock, log }: Pick<ConsoleParts, "reach" | "clock" | "log">,
  id: string,
  tell: (event: LiveEvent) => void,
): Cancel {
  let cancel: Cancel = () => {};
  let isOver = false;
  const look = async () => {
    try {
      const bytes = heapIn((await reach.callTool(id, TOOL, {}))?.text ?? "");
      if (bytes !== undefined && !isOver) tell({ type: "heap", at: Math.floor(clock.now()), bytes });
    } catch (error) {
      log.debug({ device: id, error }, "a device does not say what memory it has");
    }
    if (!isOver) cancel = clock.schedule(LOOK_MS, () => void look());
  };
  void look();
  return () => {
    isOver = true;
    cancel();
  };
}

/** Bytes that a device's status tells of; undefined where it does not. */
export function heapIn(status: string): number | undefined {
  try {
    const value: unknown = JSON.parse(status);
    const memory = isObject(value) ? value["memory"] : undefined;
    const free = isObject(memory) ? memory["free_heap"] : undefined;
    return typeof free === "number" && Number.isSafeInteger(free) && free >= 0 ? free : undefined;
  } catch {
    // Not every device answers in JSON.
    return undefined;
  }
}
