import type { JsonObject } from "../../protocol/json.ts";
import type { ProviderTable, STAGE_NAMES } from "./schema.ts";
import { mapAt } from "./tree.ts";

/** A provider that is chosen without settings has its defaults, and those that it cannot do without are missed. */
export function openChosenSettings(
  tree: JsonObject,
  stage: (typeof STAGE_NAMES)[number],
  providers: ProviderTable,
): void {
  const block = tree[stage] === undefined ? {} : mapAt(tree, [stage]);
  if (!block) return;
  for (const use of [block["use"] ?? providers[stage][0]?.name].flat()) {
    if (typeof use === "string" && providers[stage].some(({ name }) => name === use)) block[use] ??= {};
  }
  tree[stage] = block;
}
