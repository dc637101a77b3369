import { FRAMING_VERSIONS, type FramingVersion } from "../../protocol/audio-frame.ts";
import { frozen } from "../../protocol/frozen.ts";
import { fromHex } from "../../protocol/hex.ts";
import type { OtaWebSocket } from "../../protocol/ota.ts";
import type { TalkMode } from "../hardware/button.ts";
import type { MqttAddress } from "../io/mqtt-address.ts";
import type { SettingsStore } from "../io/settings-store.ts";
import type { EchoCancel } from "../session/session-parts.ts";
import { log } from "../system/log.ts";

const DEFAULT_VOLUME = 70;
const DEFAULT_BRIGHTNESS = 75;
const DEFAULT_DIM_SECONDS = 60;
const DEFAULT_OFF_SECONDS = 300;

function percent(value: number | undefined, otherwise: number): number {
  return value !== undefined && value >= 0 && value <= 100 ? value : otherwise;
}

/** Texts of the section `mqtt` that are kept. */
const MQTT_TEXTS = frozen([
  "endpoint",
  "client_id",
  "username",
  "password",
  "publish_topic",
  "subscribe_topic",
  "will_topic",
]);
type MqttText = (typeof MQTT_TEXTS)[number];

/** Keys of the device's store; a longer one would be an error there. */
const MAX_KEY_CHARACTERS = 15;

/** Far more than any server sends; the store refuses more than 4000 bytes. */
const MAX_TEXT_CHARACTERS = 1000;

/** What the store holds in one entry. */
const MAX_AUTHORITY_CHARACTERS = 3000;

/** By their number in the settings. */
const ECHO_CANCEL: readonly (EchoCancel | undefined)[] = frozen([undefined, "device", "server"]);

const DEFAULT_KEEPALIVE_SECONDS = 240;

/** Where conversations go: one of the two transports. */
export type ServerSettings =
  | { readonly transport: "mqtt"; readonly mqtt: MqttAddress }
  | { readonly transport: "websocket"; readonly websocket: WebSocketSettings };

/** Where the WebSocket is, and how audio is framed there. */
export interface WebSocketSettings {
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

  /** Of the screen. */
  get theme(): "light" | "dark" {
    return this.#store.string("display", "theme") === "dark" ? "dark" : "light";
  }

  set theme(name: "light" | "dark") {
    this.#store.setString("display", "theme", name);
  }

  /** Of the talk button. */
  get talkMode(): TalkMode {
    const mode = this.#store.string("button", "talk_mode");
    return mode === "click_to_talk" || mode === "press_to_talk" ? mode : "either";
  }

  set talkMode(mode: TalkMode) {
    this.#store.setString("button", "talk_mode", mode);
  }

  /** Where to ask for a version; undefined when the built-in address holds. */
  get otaUrl(): string | undefined {
    return this.#store.string("wifi", "ota_url") || undefined;
  }

  /** "" for the built-in address, or one that is found. */
  set otaUrl(url: string | undefined) {
    this.#store.setString("wifi", "ota_url", url ?? "");
  }

  /** Seconds without use until a device that lives on its battery dims itself, and until it goes off; 0 for never. */
  get restSeconds(): { readonly dim: number; readonly off: number } {
    const seconds = (key: string, otherwise: number) => Math.max(0, this.#store.integer("power", key) ?? otherwise);
    return { dim: seconds("dim_seconds", DEFAULT_DIM_SECONDS), off: seconds("off_seconds", DEFAULT_OFF_SECONDS) };
  }

  /** In quarters of dBm; 0: as the driver has it. */
  get maxTxPower(): number {
    return this.#store.integer("wifi", "max_tx_power") ?? 0;
  }

  set maxTxPower(quarters: number) {
    this.#store.setInteger("wifi", "max_tx_power", quarters);
  }

  /** Whether one access point of a network is kept to. */
  get remembersBssid(): boolean {
    return this.#store.integer("wifi", "remember_bssid") === 1;
  }

  set remembersBssid(value: boolean) {
    this.#store.setInteger("wifi", "remember_bssid", value ? 1 : 0);
  }

  /** Whether the device dims and sleeps when nobody uses it. */
  get sleeps(): boolean {
    return this.#store.integer("wifi", "sleep_mode") !== 0;
  }

  set sleeps(value: boolean) {
    this.#store.setInteger("wifi", "sleep_mode", value ? 1 : 0);
  }

  /** What a maker has written for activation by serial number; empty on all other devices. Never in a log or answer. */
  get factory(): { readonly serialNumber: string; readonly hmacKey: string } {
    const text = (key: string) => this.#store.string("factory", key) ?? "";
    return { serialNumber: text("serial"), hmacKey: text("hmac_key") };
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

  /** Who takes the device's voice out of what it hears; undefined for nobody. Unless it is set, the board says. */
  echoCancel(ofBoard: EchoCancel | undefined): EchoCancel | undefined {
    const mode = this.#store.integer("aec", "mode");
    return mode === undefined || mode < 0 || mode > 2 ? ofBoard : ECHO_CANCEL[mode];
  }

  /** Whether a server gets to hear the wake word; otherwise it hears only what follows. */
  get sendsWakeSound(): boolean {
    return this.#store.integer("session", "wake_sound") !== 0;
  }

  /** The offer of firmware that was installed last; "" before the first. */
  /** Certificate (DER) of the authority that the device was told to trust; undefined for none. */
  get authority(): ArrayBuffer | undefined {
    const digits = this.#store.string("trust", "authority") ?? "";
    return digits === "" ? undefined : (fromHex(digits, digits.length / 2)?.buffer as ArrayBuffer | undefined);
  }

  /** Keeps it, given as hexadecimal digits; gives whether that could be. */
  setAuthority(digits: string): boolean {
    if (digits === "" || digits.length > MAX_AUTHORITY_CHARACTERS || digits.length % 2 !== 0) return false;
    if (!fromHex(digits, digits.length / 2)) return false;
    this.#store.setString("trust", "authority", digits);
    return true;
  }

  get installedFirmware(): string {
    return this.#store.string("ota", "installed") ?? "";
  }

  set installedFirmware(offer: string) {
    this.#store.setString("ota", "installed", offer);
  }

  /** Whether a server's offer of new firmware is installed: yes, unless the owner switched it off. */
  get takesFirmware(): boolean {
    return this.#store.integer("ota", "auto") !== 0;
  }

  /** Whether the device says of itself what happens: yes, unless the owner switched it off. */
  get playsPrompts(): boolean {
    return this.#store.integer("audio", "prompts") !== 0;
  }

  /** Starts one after the other that ended within a minute. */
  get badStarts(): number {
    return this.#store.integer("boot", "bad_starts") ?? 0;
  }

  set badStarts(count: number) {
    this.#store.setInteger("boot", "bad_starts", count);
  }

  /** What ended the program last, as JSON, until a server was told; "" for nothing. */
  get crashNote(): string {
    return this.#store.string("crash", "note") ?? "";
  }

  set crashNote(note: string) {
    if (note !== this.crashNote) this.#store.setString("crash", "note", note);
  }

  /** Where to get assets from at the next start; "" for nowhere. */
  get assetsUrl(): string {
    return this.#store.string("assets", "download_url") ?? "";
  }

  set assetsUrl(url: string) {
    this.#store.setString("assets", "download_url", url);
  }

  /** The device's own timers and alarms, as one text. */
  get alarms(): string {
    return this.#store.string("alarms", "list") ?? "";
  }

  set alarms(text: string) {
    this.#store.setString("alarms", "list", text);
  }

  /** Whether to tell servers from before MCP what the device can do, in their `iot` messages. */
  get introducesThings(): boolean {
    return this.#store.integer("mcp", "legacy_iot") === 1;
  }

  /** Where conversations go; undefined before any server said so. */
  get websocket(): WebSocketSettings | undefined {
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

  /** As whom to connect to the MQTT server; undefined before any server said so. */
  get mqtt(): MqttAddress | undefined {
    const text = (key: MqttText) => this.#store.string("mqtt", key) ?? "";
    const endpoint = text("endpoint");
    if (!endpoint) return undefined;
    const keepalive = this.#store.integer("mqtt", "keepalive") ?? 0;
    return {
      endpoint,
      clientId: text("client_id"),
      username: text("username"),
      password: text("password"),
      publishTopic: text("publish_topic"),
      subscribeTopic: text("subscribe_topic"),
      willTopic: text("will_topic"),
      keepaliveSeconds: keepalive > 0 && keepalive <= 65_535 ? keepalive : DEFAULT_KEEPALIVE_SECONDS,
    };
  }

  /** What an answer leaves out is reset, and what is no setting is not kept. */
  setMqtt(section: { readonly [key: string]: string | number }): void {
    for (const key of Object.keys(section)) {
      if (key.length > MAX_KEY_CHARACTERS) log.warn("setting ignored: key too long", { key: key.slice(0, 40) });
    }
    for (const key of MQTT_TEXTS) {
      const value = section[key];
      const isUsable = typeof value === "string" && value.length <= MAX_TEXT_CHARACTERS;
      this.#store.setString("mqtt", key, isUsable ? value : "");
    }
    const { keepalive = 0 } = section;
    this.#store.setInteger("mqtt", "keepalive", typeof keepalive === "number" ? Math.trunc(keepalive) | 0 : 0);
  }

  /** From now on conversations go this way, also after a restart. */
  useTransport(transport: ServerSettings["transport"]): void {
    this.#store.setString("server", "transport", transport);
  }

  /** Where conversations go, as the last server that answered said. */
  get server(): ServerSettings | undefined {
    const { websocket, mqtt } = this;
    const prefersMqtt = this.#store.string("server", "transport") === "mqtt" || !websocket;
    if (prefersMqtt && mqtt) return { transport: "mqtt", mqtt };
    return websocket && { transport: "websocket", websocket };
  }

  /** What a board's part keeps; "" for nothing. @param key at most 15 characters */
  readPart(key: string): string {
    return this.#store.string("parts", key) ?? "";
  }

  writePart(key: string, text: string): void {
    this.#store.setString("parts", key, text);
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
