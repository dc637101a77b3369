import type { RaRecord } from "react-admin";
import { withoutEmpty } from "../parts/clean.ts";

type Settings = { [key: string]: unknown };

/** A plugin that was switched on stays on, when none of its settings is filled in. */
function withPlugins(settings: Settings): Settings {
  const cleaned = withoutEmpty(settings);
  const given = (settings["plugins"] ?? {}) as Settings;
  const switchedOn = Object.entries(given).filter(([, value]) => typeof value === "object" && value !== null);
  if (switchedOn.length === 0) return cleaned;
  const plugins = (cleaned["plugins"] ?? {}) as Settings;
  return { ...cleaned, plugins: { ...Object.fromEntries(switchedOn.map(([name]) => [name, true])), ...plugins } };
}

/** What is sent: the settings without fields that nobody filled in, and no description that is null. */
export function asChange(values: Partial<RaRecord>): Partial<RaRecord> {
  const { settings = {}, ...rest } = values;
  const texts = "description" in rest ? { description: rest["description"] ?? "" } : {};
  return { ...rest, ...texts, settings: withPlugins(settings) };
}
