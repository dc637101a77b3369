import { frozen } from "../../protocol/frozen.ts";
import { isObject, type JsonObject, parseJson } from "../../protocol/json.ts";
import type { HttpReply } from "../io/http/http-server.ts";
import type { HttpCall } from "../io/http/request-reader.ts";
import type { JoinResult, SeenNetwork } from "../io/wifi/wifi.ts";
import { credentialFault } from "./credentials.ts";
import type { SavedNetwork, SavedNetworks } from "./saved-networks.ts";

/** What the page's advanced part shows and sets, under the names of the wire. */
export interface AdvancedSettings {
  otaUrl: string | undefined;
  /** In quarters of dBm; 0: as the driver has it. */
  maxTxPower: number;
  remembersBssid: boolean;
  sleeps: boolean;
}

export interface PortalParts {
  /** Address of the page, for redirects: `http://192.168.4.1/`. */
  readonly url: string;
  /** The page: HTML in UTF-8. */
  readonly page: () => ArrayBuffer;
  readonly saved: SavedNetworks;
  readonly advanced: AdvancedSettings;
  readonly seen: () => readonly SeenNetwork[];
  readonly tryNetwork: (network: SavedNetwork) => Promise<JoinResult>;
  /** A server that was found in the network joined last. */
  readonly foundServer: () => string | undefined;
  readonly onExit: () => void;
}

/** Where phones and computers look for the page of a network (the list that devices of this ecosystem answer). */
const PROBES: readonly string[] = frozen([
  "/hotspot-detect.html",
  "/mobile/status.php",
  "/check_network_status.txt",
  "/ncsi.txt",
  "/fwlink/",
  "/connectivity-check.html",
  "/success.txt",
  "/portal.html",
  "/library/test/success.html",
]);
const PROBE_PREFIX = "/generate_204";

/** Numbers of ESP-IDF for how a network is protected. */
const AUTH_MODES: { readonly [authentication: string]: number } = frozen({
  none: 0,
  wep: 1,
  wpa_psk: 2,
  wpa2_psk: 3,
  wpa_wpa2_psk: 4,
});

const ERRORS: { readonly [result in Exclude<JoinResult, "joined">]: string } = frozen({
  "wrong-password": "The network refused the password",
  failed: "The network cannot be reached",
  timeout: "The network did not answer in time",
});

const MAX_URL_CHARACTERS = 256;
const MAX_TX_POWER = 84;
const MIN_TX_POWER = 8;

function json(value: unknown): HttpReply {
  return { status: 200, type: "application/json; charset=utf-8", body: JSON.stringify(value) };
}

function refused(code: string, error: string): HttpReply {
  return json({ success: false, code, error });
}

/** The page on which a phone tells the device its network, and the routes behind it. */
export class Portal {
  readonly #parts: PortalParts;

  constructor(parts: PortalParts) {
    this.#parts = parts;
  }

  answer(call: HttpCall): HttpReply | Promise<HttpReply> {
    const { method, path } = call;
    if (this.#isProbe(call)) return { status: 302, location: this.#redirect(call) };
    if (method === "GET") return this.#get(call);
    if (method !== "POST") return { status: 405 };
    if (path === "/exit") {
      this.#parts.onExit();
      return json({ success: true });
    }
    if (path !== "/submit" && path !== "/advanced/submit") return { status: 404 };
    const body = readBody(call.body);
    if (!body) return { status: 400, body: "expected a JSON object" };
    return path === "/submit" ? this.#submit(body) : this.#setAdvanced(body);
  }

  #get({ path, query }: HttpCall): HttpReply {
    const { saved, page } = this.#parts;
    switch (path) {
      case "/":
      case "/done.html":
        return { status: 200, type: "text/html; charset=utf-8", body: page() };
      case "/scan":
        return json({ support_5g: false, aps: this.#parts.seen().map(shownNetwork) });
      case "/saved/list":
        return json(saved.list.map(({ ssid }) => ssid));
      case "/saved/set_default":
        return this.#change(query, (index) => saved.prefer(index));
      case "/saved/delete":
        return this.#change(query, (index) => saved.remove(index));
      case "/advanced/config":
        return json(this.#advanced());
      default:
        return { status: 404 };
    }
  }

  #change(query: string, change: (index: number) => void): HttpReply {
    const match = /(?:^|&)index=(\d+)(?:&|$)/.exec(query);
    const index = match ? Number(match[1]) : -1;
    if (index < 0 || index >= this.#parts.saved.list.length) return { status: 400, body: "no network at this index" };
    change(index);
    return json({});
  }

  async #submit({ ssid, password = "" }: JsonObject): Promise<HttpReply> {
    if (typeof ssid !== "string" || typeof password !== "string") {
      return { status: 400, body: "expected the texts ssid and password" };
    }
    const network = { ssid, password };
    const fault = credentialFault(network);
    if (fault) return refused(fault.code, fault.text);
    const result = await this.#parts.tryNetwork(network);
    if (result !== "joined") return refused(result, ERRORS[result]);
    this.#parts.saved.add(network);
    return json({ success: true });
  }

  #advanced(): JsonObject {
    const { otaUrl, maxTxPower, remembersBssid, sleeps } = this.#parts.advanced;
    const found = this.#parts.foundServer();
    return {
      ...(otaUrl && { ota_url: otaUrl }),
      ...(maxTxPower > 0 && { max_tx_power: maxTxPower }),
      remember_bssid: remembersBssid,
      sleep_mode: sleeps,
      show_ota_config: true,
      show_sleep_config: true,
      ...(found !== undefined && { found_server: found }),
    };
  }

  /** What is sent is set; all of it, or nothing. */
  #setAdvanced(body: JsonObject): HttpReply {
    const { advanced } = this.#parts;
    const { ota_url: url, max_tx_power: power, remember_bssid: remember, sleep_mode: sleep } = body;
    if (url !== undefined && !isOtaUrl(url)) {
      return refused("ota-url-invalid", "The server address must begin with http:// or https://");
    }
    if (power !== undefined && !isTxPower(power)) {
      return refused("max-tx-power-invalid", `The power must be ${MIN_TX_POWER} to ${MAX_TX_POWER}`);
    }
    if (url !== undefined) advanced.otaUrl = url;
    if (power !== undefined) advanced.maxTxPower = power;
    if (remember !== undefined) advanced.remembersBssid = isOn(remember);
    if (sleep !== undefined) advanced.sleeps = isOn(sleep);
    return json({ success: true });
  }

  /** What a phone asks to see whether it is online, or asks some other host. */
  #isProbe({ method, path, host }: HttpCall): boolean {
    if (method !== "GET") return false;
    if (PROBES.includes(path) || path.startsWith(PROBE_PREFIX)) return true;
    return host !== "" && !/^(\d+\.\d+\.\d+\.\d+|localhost)(:\d+)?$/.test(host);
  }

  /** The time keeps phones from showing a page of yesterday. */
  #redirect({ language }: HttpCall): string {
    const lang = language.toLowerCase().startsWith("zh") ? "zh-CN" : "en-US";
    return `${this.#parts.url}?lang=${lang}&_=${Date.now()}`;
  }
}

function readBody(text: string): JsonObject | undefined {
  try {
    const value = parseJson(text, 32);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function shownNetwork({ ssid, rssi, authentication }: SeenNetwork): JsonObject {
  return { ssid, rssi, authmode: AUTH_MODES[authentication] ?? AUTH_MODES["wpa2_psk"] };
}

function isOtaUrl(value: unknown): value is string {
  if (typeof value !== "string" || value.length > MAX_URL_CHARACTERS) return false;
  return value === "" || /^https?:\/\/[!-~]+$/.test(value);
}

function isTxPower(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= MIN_TX_POWER && value <= MAX_TX_POWER;
}

function isOn(value: unknown): boolean {
  return value === true || value === 1;
}
