import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { type Clock, calendarTime } from "../../protocol/clock.ts";
import { DEVICE_HEADERS, OTA_PATH, type OtaAnswer, type OtaRequest, readOtaRequest } from "../../protocol/ota.ts";
import type { Log } from "../log.ts";
import type { Access } from "./access.ts";
import type { Claimant, DeviceProof } from "./device-proof.ts";
import type { FirmwareFolder } from "./firmware.ts";
import type { Fleet, FleetAnswer, FleetDevice } from "./fleet.ts";
import { requestedHost } from "./lan-address.ts";

/** Largest body of a version check: a device's own is about 2 KB. */
const MAX_BODY_BYTES = 256 * 1024;
const MODEL_HEADERS = ["device-model", "device_model", "model"];
const VERSION_HEADERS = ["device-version", "device_version", "firmware-version", "app-version", "application-version"];

/** A device that asks where to connect. */
export interface MqttAsker {
  readonly deviceId: string;
  readonly model: string;
  /** Under which it reached us. */
  readonly host: string;
  /** Whether it trusts this server's own authority. */
  readonly trusts?: boolean;
}

/** Addresses of the server for a device; those that are missing are this one's. */
export interface Assigned {
  readonly websocket?: string | undefined;
  /** host:port. */
  readonly mqtt?: string | undefined;
}

/** What the version check needs to know. */
export interface OtaOptions {
  readonly log: Log;
  readonly clock: Clock;
  readonly access: Access;
  readonly firmware: FirmwareFolder;
  /** Told of each device that asks. */
  readonly onCall?: (device: FleetDevice) => void;
  /** Where devices prove who they are before they get tokens. */
  readonly proof?: DeviceProof | undefined;
  /** Who looks after devices; undefined: nobody does. */
  readonly fleet?: Fleet | undefined;
  /** WebSocket URL for devices; empty: made from the address under which the asker reached us. */
  readonly websocketUrl: string;
  /** The MQTT login of a device; undefined when devices are to use the WebSocket. */
  readonly mqtt: (asker: MqttAsker) => OtaAnswer["mqtt"];
  /** Whether devices get the WebSocket address, too, when they get MQTT. */
  readonly offersWebsocketToo: boolean;
  /** Of this server's own authority (DER, hexadecimal), for devices that ask for it: they get a WebSocket over TLS. */
  readonly authority?: string | undefined;
  /** Whether every device gets a WebSocket over TLS. */
  readonly isEncrypted?: boolean;
  /** Port of the WebSocket, as it is really bound. */
  readonly websocketPort: () => number;
  /** Where a device is to go instead, of several servers; undefined for this one. */
  readonly assigned?: ((deviceId: string) => Promise<Assigned | undefined>) | undefined;
  /** Port of the version check itself. */
  readonly httpPort: () => number;
  /** Address for askers that do not say how they reached us. */
  readonly lanAddress: () => string;
  /** Minutes east of UTC. */
  readonly timezoneMinutes: () => number;
}

/** The version check: tells devices the time, the newest firmware and where to connect. */
export function createOtaRoutes(options: OtaOptions): Hono {
  const app = new Hono();
  const shared = cors({
    origin: "*",
    credentials: true,
    allowHeaders: ["client-id", "content-type", "device-id", "authorization"],
    allowMethods: ["GET", "POST", "OPTIONS"],
  });
  for (const path of [OTA_PATH, OTA_PATH.replace(/\/$/, "")]) {
    app.use(path, shared);
    app.get(path, (context) => context.text(greeting(options, context)));
    app.post(path, bodyLimit({ maxSize: MAX_BODY_BYTES }), (context) => check(options, context));
  }
  app.use(`${OTA_PATH}download/*`, shared);
  app.get(`${OTA_PATH}download/:file`, async (context) => {
    const name = context.req.param("file");
    const file = (await options.firmware.open(name)) ?? (await options.fleet?.open(name));
    if (!file) return context.text("file not found", 404);
    return context.body(file.body, 200, {
      "Content-Type": "application/octet-stream",
      "Content-Length": String(file.bytes),
    });
  });
  if (options.fleet || options.proof)
    app.on("post", [`${OTA_PATH}activate`, `${OTA_PATH}activate/`], (context) => activate(options, context));
  return app;
}

/** Polled by a device until somebody has bound it (200: done, 202: not yet). */
async function activate({ fleet, proof, log }: OtaOptions, context: Context): Promise<Response> {
  const deviceId = context.req.header(DEVICE_HEADERS.deviceId) ?? "";
  const outcome = proof?.prove(claimantOf(context), readOtaRequest(await context.req.text())) ?? "unknown";
  if (outcome === "refused") {
    log.warn({ device: deviceId }, "a device could not prove who it is");
    return context.text("refused", 401);
  }
  if (outcome === "proven" && (!fleet || fleet.isActivated(deviceId))) return context.text("success");
  return fleet?.isActivated(deviceId) ? context.text("success") : context.body(null, 202);
}

/** The console's validator looks for the word OTA. */
function greeting(options: OtaOptions, context: Context): string {
  const mqtt = options.mqtt({ deviceId: "", model: "", host: hostOf(options, context) });
  const [name, address] = mqtt ? ["MQTT", mqtt["endpoint"]] : ["websocket", websocketUrl(options, context)];
  return `OTA接口运行正常，向设备发送的${name}地址是：${address}\nThe OTA service is running. Devices are told to connect to ${address}\n`;
}

async function check(options: OtaOptions, context: Context): Promise<Response> {
  const deviceId = context.req.header(DEVICE_HEADERS.deviceId);
  const clientId = context.req.header(DEVICE_HEADERS.clientId);
  // Devices of the reference expect refusals with status 200.
  if (!deviceId || !clientId) return context.json({ success: false, message: "request error." });
  const report = readOtaRequest(await context.req.text());
  const model = modelOf(context, report);
  if (report.last_crash) options.log.warn({ device: deviceId, crash: report.last_crash }, "device had crashed");
  const challenge = options.access.isFree(deviceId) ? undefined : options.proof?.challengeFor(claimantOf(context));
  if (challenge !== undefined) return context.json(asking(options, challenge, versionOf(context, report)));
  const assigned = await options.assigned?.(deviceId);
  const authority = report["trusts"] === "certificate" ? options.authority : undefined;
  const trusts = authority !== undefined;
  const ownMqtt = options.mqtt({ deviceId, model, host: hostOf(options, context), trusts });
  const mqtt = ownMqtt && { ...ownMqtt, ...(assigned?.mqtt && { endpoint: assigned.mqtt }) };
  const isEncrypted = trusts || options.isEncrypted === true;
  const url = assigned?.websocket ?? websocketUrl(options, context, isEncrypted);
  const websocket = { url, token: options.access.tokenFor({ deviceId, clientId }) };
  const version = versionOf(context, report);
  options.onCall?.({ deviceId, model, version });
  // An image is for a board by its own name; families share a protocol, not their pins.
  const care = await meet(options, { deviceId, model: text(report.board?.name) ?? model, version });
  const answer: OtaAnswer = {
    server_time: { timestamp: Math.round(calendarTime(options.clock)), timezone_offset: options.timezoneMinutes() },
    ...(care.activation && { activation: care.activation }),
    ...(authority !== undefined && { trust: { certificate: authority } }),
    firmware: await firmwareFor(options, context, { model, version, care }),
    ...(mqtt && { mqtt }),
    ...((!mqtt || options.offersWebsocketToo) && { websocket }),
  };
  return context.json(answer);
}

/** The answer to a device that has to prove who it is first: the time, and nothing that opens anything. */
function asking({ clock, timezoneMinutes }: OtaOptions, challenge: string, version: string): OtaAnswer {
  return {
    server_time: { timestamp: Math.round(calendarTime(clock)), timezone_offset: timezoneMinutes() },
    activation: { challenge },
    firmware: { version, url: "" },
  };
}

function claimantOf(context: Context): Claimant {
  const header = (name: string) => context.req.header(name) ?? "";
  return {
    deviceId: header(DEVICE_HEADERS.deviceId),
    clientId: header(DEVICE_HEADERS.clientId),
    serialNumber: header(DEVICE_HEADERS.serialNumber),
  };
}

function modelOf(context: Context, report: OtaRequest): string {
  return text(headerOf(context, MODEL_HEADERS)) ?? text(report.board?.type) ?? text(report["model"]) ?? "default";
}

function versionOf(context: Context, report: OtaRequest): string {
  return text(headerOf(context, VERSION_HEADERS)) ?? text(report.application?.version) ?? "0.0.0";
}

/** What the console says; a database that is away keeps no device from its server. */
async function meet({ fleet, log }: OtaOptions, device: FleetDevice): Promise<FleetAnswer> {
  try {
    return (await fleet?.meet(device)) ?? {};
  } catch (error) {
    log.warn({ device: device.deviceId, error }, "the console knows nothing of a device now");
    return {};
  }
}

async function firmwareFor(
  options: OtaOptions,
  context: Context,
  { model, version, care }: { model: string; version: string; care: FleetAnswer },
) {
  if (care.image) {
    const { file, ...image } = care.image;
    return { ...image, url: downloadUrl(options, context, file) };
  }
  if (care.activation || care.keepsFirmware) return { version, url: "" };
  const image = await options.firmware.newest(model, version);
  if (!image) return { version, url: "" };
  const sha256 = await options.firmware.sha256(image.file);
  const url = downloadUrl(options, context, image.file);
  return { version: image.version, url, ...(sha256 !== undefined && { sha256 }) };
}

/**
 * Where the asker gets a file. Devices leave the port out when they say whom they ask, so that it is this server's, unless
 * somebody has passed the request on.
 */
function downloadUrl(options: OtaOptions, context: Context, file: string): string {
  const url = new URL(`${OTA_PATH}download/${file}`, context.req.url);
  const proto = context.req.header("x-forwarded-proto");
  if (proto === "https" || proto === "http") url.protocol = proto;
  const isPassedOn = ["forwarded", "x-forwarded-for", "x-forwarded-proto"].some((name) => context.req.header(name));
  if (url.port === "" && !isPassedOn) url.port = String(options.httpPort());
  return url.href;
}

function headerOf(context: Context, names: readonly string[]): string | undefined {
  return names.map((name) => context.req.header(name)).find((value) => value);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function websocketUrl(options: OtaOptions, context: Context, isEncrypted = options.isEncrypted === true): string {
  if (options.websocketUrl !== "") return options.websocketUrl;
  return `${isEncrypted ? "wss" : "ws"}://${hostOf(options, context)}:${options.websocketPort()}/xiaozhi/v1/`;
}

function hostOf(options: OtaOptions, context: Context): string {
  return requestedHost(context.req.header("host")) ?? options.lanAddress();
}
