import type { JsonObject } from "../../../protocol/json.ts";
import { describeIssue } from "../../config/issues.ts";
import { configSchema } from "../../config/schema.ts";
import { layStored } from "../../config/stored-config.ts";
import { ConsoleError } from "../errors.ts";
import type { ConsoleParts } from "../parts.ts";

/** Keys that only the server's file may say: a console must not lead itself elsewhere. */
const FILE_KEYS = /^(database|agents|devices)(\.|$)/;

/** @throws ConsoleError `parameter-unknown`, or `parameter-invalid` with what is expected */
export function checkParameter(
  { providers, config }: Pick<ConsoleParts, "providers" | "config">,
  key: string,
  value: string,
): void {
  if (FILE_KEYS.test(key) || !/^[a-z]\w*(\.[\w-]+)*$/i.test(key)) {
    throw new ConsoleError(400, "parameter-unknown", `${key} is no setting that may be made here`, "id");
  }
  const schema = configSchema(providers);
  const tree = structuredClone(config()) as unknown as JsonObject;
  layStored(tree, { parameters: [{ key, value }], models: [] }, schema, new Set());
  const parsed = schema.safeParse(tree);
  if (parsed.success) return;
  const lines = parsed.error.issues.flatMap((issue) => describeIssue(issue, tree, new Map(), "parameters"));
  const isUnknown = parsed.error.issues.some(({ code }) => code === "unrecognized_keys");
  const [code, field] = isUnknown ? (["parameter-unknown", "id"] as const) : (["parameter-invalid", "value"] as const);
  throw new ConsoleError(400, code, lines.join("; "), field);
}
