import { ProtocolError, shown } from "./errors.ts";
import { frozen } from "./frozen.ts";
import { isObject, type JsonObject, parseJson } from "./json.ts";

/** Names of the headers that identify a device, the same for the version check and the WebSocket. */
export const DEVICE_HEADERS = frozen({
  activationVersion: "Activation-Version",
  authorization: "Authorization",
  clientId: "Client-Id",
  deviceId: "Device-Id",
  language: "Accept-Language",
  protocolVersion: "Protocol-Version",
  serialNumber: "Serial-Number",
  userAgent: "User-Agent",
});

/** In an answer; a device has 4096 slots for all that it does. */
const MAX_VALUES = 400;

/** Path at which servers answer version checks. */
export const OTA_PATH = "/xiaozhi/ota/";

/** Under this name servers announce themselves in a local network (DNS-SD, RFC 6763). */
export const SERVICE_TYPE = "_xiaozhi._tcp";

/** Version of the announcement, as its member `v`. A device passes over servers of another. */
export const ANNOUNCEMENT_VERSION = "1";

/** What a server says about itself in the TXT record of its announcement, beside the port of its SRV record. */
export interface Announcement {
  readonly v: string;
  /** Path of the version check, or the whole URL when it is not plain HTTP at this address. */
  readonly ota: string;
}

/** What a device reports about itself in the version check; the members that servers read. */
export interface OtaRequest {
  readonly application?: { readonly name?: string; readonly version?: string };
  readonly board?: { readonly type?: string; readonly name?: string };
  /** What ended the device's program before this one; an addition of this project's devices. */
  readonly last_crash?: unknown;
  /** `certificate`: the device takes a certificate to trust; an addition of this project's devices. */
  readonly trusts?: unknown;
  readonly [member: string]: unknown;
}

export interface OtaWebSocket {
  readonly url: string;
  readonly token?: string;
  /** Binary framing to use. */
  readonly version?: number;
}

export interface OtaFirmware {
  readonly version: string;
  readonly url: string;
  /** 1: install even an older or equal version. */
  readonly force?: number;
  /** Of the image, 64 hexadecimal digits; an addition of this project, which other devices pass over. */
  readonly sha256?: string;
}

export interface OtaServerTime {
  /** ms since the Unix epoch. */
  readonly timestamp: number;
  /** Minutes east of UTC. */
  readonly timezone_offset?: number;
}

/** Whom to trust from now on; an addition of this project. */
export interface OtaTrust {
  /** Certificate of the server's own authority, DER in hexadecimal digits. */
  readonly certificate: string;
}

export interface OtaActivation {
  readonly message?: string;
  readonly code?: string;
  readonly challenge?: string;
  readonly timeout_ms?: number;
}

/** Sections of a version-check answer; each is optional. */
export interface OtaAnswer {
  readonly server_time?: OtaServerTime;
  readonly firmware?: OtaFirmware;
  readonly websocket?: OtaWebSocket;
  /** Strings and numbers to keep as settings of the MQTT transport. */
  readonly mqtt?: { readonly [key: string]: string | number };
  readonly activation?: OtaActivation;
  /** Only for devices that say that they take it: `trusts: "certificate"` in the request. */
  readonly trust?: OtaTrust;
}

const IMAGE_MEMBERS = frozen({ version: "string", url: "string", force: "number", sha256: "string" });

function pick(section: JsonObject, types: { readonly [member: string]: "string" | "number" }): JsonObject {
  const picked: JsonObject = {};
  for (const [member, type] of Object.entries(types)) {
    if (typeof section[member] === type) picked[member] = section[member];
  }
  return picked;
}

function settings(section: JsonObject): { [key: string]: string | number } {
  const kept: { [key: string]: string | number } = {};
  for (const [key, value] of Object.entries(section)) {
    if (typeof value === "string" || (typeof value === "number" && Number.isFinite(value))) kept[key] = value;
  }
  return kept;
}

/**
 * A version-check answer. Members of a wrong type count as absent, as in the reference firmware, so that one odd
 * member never keeps a device from its server.
 *
 * @throws ProtocolError `json-invalid`, or `ota-invalid` when the text is not an object
 */
export function parseOtaAnswer(text: string): OtaAnswer {
  const value = parseJson(text, MAX_VALUES);
  if (!isObject(value)) throw new ProtocolError("ota-invalid", "answer", `expected an object, got ${shown(value)}`);
  const { server_time, firmware, websocket, mqtt, activation, trust } = value;
  const time = isObject(server_time) ? pick(server_time, { timestamp: "number", timezone_offset: "number" }) : {};
  const image = isObject(firmware) ? pick(firmware, IMAGE_MEMBERS) : {};
  const socket = isObject(websocket) ? pick(websocket, { url: "string", token: "string", version: "number" }) : {};
  const strings = { message: "string", code: "string", challenge: "string", timeout_ms: "number" } as const;
  return {
    ...("timestamp" in time && { server_time: time as unknown as OtaServerTime }),
    ...("version" in image && "url" in image && { firmware: image as unknown as OtaFirmware }),
    ...("url" in socket && { websocket: socket as unknown as OtaWebSocket }),
    ...(isObject(mqtt) && { mqtt: settings(mqtt) }),
    ...(isObject(trust) &&
      typeof trust["certificate"] === "string" && { trust: { certificate: trust["certificate"] } }),
    ...(isObject(activation) && { activation: pick(activation, strings) as OtaActivation }),
  };
}

/** The body of a version check; one that cannot be read counts as `{}`, as servers have always done. */
export function readOtaRequest(text: string): OtaRequest {
  try {
    const value = parseJson(text);
    return isObject(value) ? (value as OtaRequest) : {};
  } catch {
    return {};
  }
}

function segments(version: string): number[] {
  return version.split(".").map((segment) => Number.parseInt(segment, 10) || 0);
}

/**
 * Whether `candidate` is newer than `current`: numbers between dots compared in order; when all common ones are
 * equal, the longer version is newer. A segment without a number counts as 0.
 */
export function isNewerVersion(candidate: string, current: string): boolean {
  const a = segments(candidate);
  const b = segments(current);
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    if (a[at] !== b[at]) return (a[at] as number) > (b[at] as number);
  }
  return a.length > b.length;
}
