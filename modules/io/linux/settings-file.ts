import { File } from "file";
import config from "mc/config";
import { log, reason } from "modules/system/log";

export type Format = "string" | "uint8" | "int8" | "uint16" | "int16" | "uint32" | "int32";

/** Settings by namespace and key, in the form that virtual devices keep theirs in, too. */
export interface Settings {
  [path: string]: { [key: string]: { format: Format; value: string | number } };
}

const NAME = "settings.json";
const DRAFT = "settings.json.new";

function folder(): string {
  return (config["file"] as { readonly root: string }).root;
}

/** All settings; none when there is no file yet, or when it holds something else. */
export function readSettings(): Settings {
  const path = folder() + NAME;
  if (!File.exists(path)) return {};
  const file = new File(path);
  try {
    return JSON.parse(file.read(String)) as Settings;
  } catch (error) {
    log.error("settings file unreadable", { path, reason: reason(error) });
    return {};
  } finally {
    file.close();
  }
}

/** A crash while writing leaves the former file whole. */
export function writeSettings(settings: Settings): void {
  const draft = folder() + DRAFT;
  File.delete(draft);
  const file = new File(draft, true);
  try {
    file.write(`${JSON.stringify(settings, undefined, 2)}\n`);
  } finally {
    file.close();
  }
  File.rename(draft, NAME);
}
