import type { JsonObject } from "../../protocol/json.ts";
import { type ExtraName, type ProviderTable, STAGE_NAMES, type StageName } from "./schema.ts";
import { mapAt } from "./tree.ts";

/** A provider that is chosen without settings has its defaults, and those that it cannot do without are missed. */
export function openChosenSettings(tree: JsonObject, stage: StageName | ExtraName, providers: ProviderTable): void {
  const block = tree[stage] === undefined ? {} : mapAt(tree, [stage]);
  if (!block) return;
  const candidates = providers[stage] ?? [];
  const byDefault = (STAGE_NAMES as readonly string[]).includes(stage) ? candidates[0]?.name : undefined;
  for (const use of [block["use"] ?? byDefault].flat()) {
    if (typeof use === "string" && candidates.some(({ name }) => name === use)) block[use] ??= {};
  }
  tree[stage] = block;
}
