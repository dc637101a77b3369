import { FRAMING_VERSIONS, type FramingVersion } from "../../protocol/audio-frame.ts";
import type { OtaWebSocket } from "../../protocol/ota.ts";
import type { SettingsStore } from "../io/settings-store.ts";
import { log } from "../system/log.ts";

const DEFAULT_VOLUME = 70;
const DEFAULT_BRIGHTNESS = 75;

function percent(value: number | undefined, otherwise: number): number {
  return value !== undefined && value >= 0 && value <= 100 ? value : otherwise;
}

/** Where conversations go, and how audio is framed there. */
export interface ServerSettings {
  readonly url: string;
  readonly token: string;
  readonly version: FramingVersion;
}

/** The framing that a server or an earlier firmware chose. Nothing and 0 stand for 1, as in reference devices. */
function readFraming(version: number | undefined): FramingVersion {
  const known = FRAMING_VERSIONS.find((candidate) => candidate === version);
  if (known === undefined && version) log.warn("framing unknown, 1 is used", { version });
  return known ?? 1;
}

/**
 * What the device remembers, under the namespaces and keys that every XiaoZhi device uses. A stored 0 stays 0: who
 * muted a device finds it muted after a restart.
 */
export class Settings {
  readonly #store: SettingsStore;

  constructor(store: SettingsStore) {
    this.#store = store;
  }

  /** Percent. */
  get volume(): number {
    return percent(this.#store.integer("audio", "output_volume"), DEFAULT_VOLUME);
  }

  set volume(value: number) {
    this.#store.setInteger("audio", "output_volume", value);
  }

  /** Percent. */
  get brightness(): number {
    return percent(this.#store.integer("display", "brightness"), DEFAULT_BRIGHTNESS);
  }

  set brightness(value: number) {
    this.#store.setInteger("display", "brightness", value);
  }

  /** Where to ask for a version; undefined when the built-in address holds. */
  get otaUrl(): string | undefined {
    return this.#store.string("wifi", "ota_url") || undefined;
  }

  /** Minutes east of UTC, as the server last said. */
  get timezoneOffset(): number {
    return this.#store.integer("time", "offset") ?? 0;
  }

  set timezoneOffset(minutes: number) {
    this.#store.setInteger("time", "offset", minutes);
  }

  /** ms after an answer in which the user may go on without a click; 0, the usual, lets the server decide. */
  get followUpMs(): number {
    return Math.max(0, this.#store.integer("session", "follow_up") ?? 0) * 1000;
  }

  /** Whether to tell servers from before MCP what the device can do, in their `iot` messages. */
  get introducesThings(): boolean {
    return this.#store.integer("mcp", "legacy_iot") === 1;
  }

  /** Where conversations go; undefined before any server said so. */
  get websocket(): ServerSettings | undefined {
    const url = this.#store.string("websocket", "url");
    if (!url) return undefined;
    const token = this.#store.string("websocket", "token") ?? "";
    return { url, token, version: readFraming(this.#store.integer("websocket", "version")) };
  }

  /** What an answer leaves out is reset: token and framing of another server would not fit this one. */
  setWebsocket({ url, token = "", version }: OtaWebSocket): void {
    this.#store.setString("websocket", "url", url);
    this.#store.setString("websocket", "token", token);
    this.#store.setInteger("websocket", "version", readFraming(version));
  }

  /** A text of the device's own identity, made by `create` the first time. */
  identity(key: "uuid" | "mac", create: () => string): string {
    const known = this.#store.string("board", key);
    if (known) return known;
    const made = create();
    this.#store.setString("board", key, made);
    return made;
  }
}
