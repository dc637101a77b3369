import type { SettingsStore, StoredFormat } from "../../device/settings-store.ts";
import type { TwinPart } from "./part.ts";

/** Limits of NVS, the key-value store of ESP32. */
const NAME_LIMIT = 15;
const STRING_LIMIT_BYTES = 4000;

function checkName(name: string, code: string): void {
  if (name.length === 0 || name.length > NAME_LIMIT) throw new Error(code);
}

/** The Node side of `embedded:storage/key-value`; errors carry the names that ESP-IDF gives them. */
export function createSettings(store: SettingsStore): TwinPart {
  return {
    calls: {
      "settings.open": (path: string, isReadOnly: boolean) => {
        checkName(path, "ESP_ERR_NVS_INVALID_NAME");
        if (isReadOnly && store.keys(path).length === 0) throw new Error("ESP_ERR_NVS_NOT_FOUND");
      },
      "settings.kind": (path: string, key: string) => store.get(path, key)?.format,
      "settings.get": (path: string, key: string) => store.get(path, key)?.value,
      "settings.keys": (path: string) => store.keys(path),
      "settings.set": (path: string, key: string, format: StoredFormat, value: string | number | ArrayBuffer) => {
        checkName(key, key === "" ? "ESP_ERR_NVS_INVALID_NAME" : "ESP_ERR_NVS_KEY_TOO_LONG");
        const isTooLong = format === "string" && Buffer.byteLength(`${value}`) + 1 > STRING_LIMIT_BYTES;
        if (isTooLong) throw new Error("ESP_ERR_NVS_VALUE_TOO_LONG");
        store.set(path, key, { format, value: value instanceof ArrayBuffer ? new Uint8Array(value) : value });
      },
      "settings.delete": (path: string, key: string) => store.delete(path, key),
    },
    close() {},
  };
}
