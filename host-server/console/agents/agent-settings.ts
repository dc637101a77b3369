import type { JsonObject } from "../../../protocol/json.ts";
import { readStoredConfig } from "../../agents/stored-config.ts";
import { AgentConfigs } from "../../config/agent-config.ts";
import { mapAt } from "../../config/tree.ts";
import { AppError } from "../../errors.ts";
import { isAdministrator, type Principal } from "../accounts/principal.ts";
import { ConsoleError } from "../errors.ts";
import type { ConsoleParts } from "../parts.ts";

/**
 * What an account that is no administrator may set: nothing that names an address, a file or a command of the server's computer.
 * Providers with their settings are the administrators'; others choose among the models that those have made.
 */
export const USER_KEYS: readonly string[] = [
  "prompt",
  "models",
  "language",
  "voice",
  "chat_history",
  "close_connection_no_voice_time",
  "enable_greeting",
  "end_prompt",
  "exit_commands",
  "plugins",
  "replacement_words",
  "system_error_response",
  "wakeup_replies",
  "wakeup_words",
];

/** Parameters of plugins that lead somewhere. */
const LEADS_SOMEWHERE = /url|host|path|folder|file|command|address/i;

/** New settings of an agent. */
export interface GivenSettings {
  readonly settings: JsonObject;
  /** What they were, or what they begin with: that may stay, whoever has set it. */
  readonly before: JsonObject;
}

/** @throws ConsoleError `settings-invalid`, with the key that is wrong, or `forbidden` for what is the administrators' */
export async function checkSettings(
  parts: ConsoleParts,
  principal: Principal,
  { settings, before }: GivenSettings,
): Promise<void> {
  if (!isAdministrator(principal)) checkKeys(settings, before);
  const { models } = await readStoredConfig(parts.storage);
  const configs = new AgentConfigs(parts.providers, (id) => models.find((model) => model.id === id));
  try {
    configs.of(parts.config(), "agent", settings);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const lines = error.message.split("\n").map((line) => line.replace(/^config-invalid: agents\.agent\./, ""));
    const key = lines[0]?.split(":")[0] ?? "";
    throw new ConsoleError(400, "settings-invalid", lines.join("; "), `settings.${key}`);
  }
}

function checkKeys(settings: JsonObject, before: JsonObject): void {
  const refuse = (key: string) => new ConsoleError(403, "forbidden", `${key} is for administrators`, `settings.${key}`);
  for (const [key, value] of Object.entries(settings)) {
    if (!USER_KEYS.includes(key) && !isSame(value, before[key])) throw refuse(key);
  }
  const known = mapAt(before, ["plugins"]) ?? {};
  for (const [name, values] of Object.entries(mapAt(settings, ["plugins"]) ?? {})) {
    const mine = mapAt({ values }, ["values"]) ?? {};
    const old = mapAt(known, [name]) ?? {};
    const wrong = Object.keys(mine).find((key) => LEADS_SOMEWHERE.test(key) && !isSame(mine[key], old[key]));
    if (wrong !== undefined) throw refuse(`plugins.${name}.${wrong}`);
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
