import { createHash } from "node:crypto";
import type { SourceTool } from "./source.ts";

/** What is offered by somebody now, by what it says. */
const lists = new Map<string, WeakRef<readonly SourceTool[]>>();
const forgotten = new FinalizationRegistry<string>((key) => {
  // Somebody may have brought the same list again meanwhile.
  if (lists.get(key)?.deref() === undefined) lists.delete(key);
});

/** The same tools, kept in memory once for all devices that bring them: ten thousand of one kind have one list. */
export function sharedList(tools: readonly SourceTool[]): readonly SourceTool[] {
  const key = createHash("sha256").update(JSON.stringify(tools)).digest("base64");
  const known = lists.get(key)?.deref();
  if (known) return known;
  lists.set(key, new WeakRef(tools));
  forgotten.register(tools, key);
  return tools;
}
