import KeyValue from "embedded:storage/key-value";
import { frozen } from "../../protocol/frozen.ts";
import { log, reason } from "../system/log.ts";

type Format = "string" | "int32";

/** Opens, uses and closes one namespace: the platform commits what was written when it is closed. */
function using<T>(path: string, format: Format, use: (storage: ReturnType<typeof KeyValue.open>) => T): T {
  const storage = KeyValue.open({ path, mode: "r+", format });
  try {
    return use(storage);
  } finally {
    storage.close();
  }
}

function read(namespace: string, key: string, format: Format): string | number | undefined {
  try {
    return using(namespace, format, (storage) => storage.read(key));
  } catch (error) {
    log.warn("setting unreadable", { setting: `${namespace}/${key}`, reason: reason(error) });
    return undefined;
  }
}

/** What a maker has written, which is not the owner's to lose. */
const OF_THE_MAKER = "factory";

/** Every name space that this firmware writes. */
export const NAMESPACES: readonly string[] = frozen([
  "aec",
  "alarms",
  "assets",
  "audio",
  "board",
  "button",
  "boot",
  "crash",
  "display",
  "factory",
  "mcp",
  "mqtt",
  "ota",
  "parts",
  "power",
  "server",
  "session",
  "time",
  "websocket",
  "wifi",
  "trust",
]);

function eraseAll(path: string): void {
  try {
    using(path, "string", (storage) => {
      for (const key of [...storage]) storage.delete(key);
    });
  } catch (error) {
    log.warn("settings not erased", { namespace: path, reason: reason(error) });
  }
}

/** Settings that survive a restart, by namespace and key (each at most 15 characters). */
export const settingsStore = frozen({
  /** undefined when never written, or written as another type. */
  string(namespace: string, key: string): string | undefined {
    const value = read(namespace, key, "string");
    return typeof value === "string" ? value : undefined;
  },

  integer(namespace: string, key: string): number | undefined {
    const value = read(namespace, key, "int32");
    return typeof value === "number" ? value : undefined;
  },

  /** Writes only what changed: flash wears. */
  setString(namespace: string, key: string, value: string): void {
    if (this.string(namespace, key) === value) return;
    using(namespace, "string", (storage) => storage.write(key, value));
  },

  /** Forgets all but what the maker has written. */
  eraseAll(): void {
    for (const path of NAMESPACES) if (path !== OF_THE_MAKER) eraseAll(path);
  },

  setInteger(namespace: string, key: string, value: number): void {
    if (this.integer(namespace, key) === value) return;
    using(namespace, "int32", (storage) => storage.write(key, value));
  },
});

export type SettingsStore = typeof settingsStore;
