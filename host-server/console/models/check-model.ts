import type { JsonObject } from "../../../protocol/json.ts";
import type { Provider } from "../../providers/provider.ts";
import { ConsoleError } from "../errors.ts";
import type { ConsoleParts } from "../parts.ts";

/** A stage's provider with settings. */
export interface GivenModel {
  readonly stage: string;
  readonly provider: string;
  readonly settings: JsonObject;
}

/** The provider of a model, and its settings as it takes them. @throws ConsoleError `provider-unknown`, `settings-invalid` */
export function checkModel(
  { providers }: Pick<ConsoleParts, "providers">,
  { stage, provider: name, settings }: GivenModel,
): { readonly provider: Provider<unknown>; readonly settings: JsonObject } {
  const candidates = providers[stage as keyof typeof providers] ?? [];
  const provider = candidates.find((candidate) => candidate.name === name);
  if (!provider) throw new ConsoleError(400, "provider-unknown", `${stage} has no provider ${name}`, "provider");
  const parsed = provider.settings.safeParse(settings);
  if (parsed.success) return { provider, settings: parsed.data as JsonObject };
  const [issue] = parsed.error.issues;
  const keys = issue?.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
  const field = ["settings", ...(issue?.path ?? []), ...keys].map(String).join(".");
  throw new ConsoleError(400, "settings-invalid", `${field}: ${issue?.message}`, field);
}
