import type { Server as HttpServer } from "node:http";
import { OpenAPIHono } from "@hono/zod-openapi";
import { Hono } from "hono";
import { OTA_PATH } from "../../protocol/ota.ts";
import { addApiRoutes } from "../api/routes.ts";
import { BrowserDeviceService } from "../browser-device/service.ts";
import { givenAddress } from "../config/endpoint-addresses.ts";
import type { Config } from "../config/schema.ts";
import type { Console } from "../console/console.ts";
import { Health } from "../http/health.ts";
import { createHttpPort } from "../http/http-port.ts";
import type { McpServer } from "../mcp-server/mcp-server.ts";
import type { Metrics } from "../metrics.ts";
import type { MqttService } from "../mqtt-service.ts";
import type { Nodes } from "../nodes/nodes.ts";
import type { Access } from "../ota/access.ts";
import { readDeviceKeys } from "../ota/device-keys.ts";
import { DeviceProof } from "../ota/device-proof.ts";
import { FirmwareFolder } from "../ota/firmware.ts";
import { lanAddress } from "../ota/lan-address.ts";
import { type Assigned, createOtaRoutes, type OtaOptions } from "../ota/routes.ts";
import type { DeviceReach } from "../reach/device-reach.ts";
import { timezoneMinutes } from "../settings.ts";
import { demandCertificate } from "../tls/demand-certificate.ts";
import { VISION_PATH } from "../vision/routes.ts";
import type { VisionService } from "../vision/service.ts";
import type { ServerOptions, ServerPorts } from "./contract.ts";

/** What of the server answers on the HTTP port. */
export interface HttpParts {
  readonly options: ServerOptions;
  /** The configuration as it is now. */
  readonly config: () => Config;
  readonly access: Access;
  readonly mqtt: MqttService;
  readonly ports: () => ServerPorts;
  readonly metrics: Metrics;
  readonly mcpServer: McpServer;
  readonly vision: VisionService;
  readonly reach: DeviceReach;
  readonly console: Console | undefined;
  /** Certificate of this server's own authority, DER in hexadecimal. */
  readonly authority: string | undefined;
  /** The other nodes, where there are any. */
  readonly nodes: () => Nodes | undefined;
}

/** The HTTP port, and what ends beside it. */
export interface HttpService {
  readonly http: HttpServer;
  /** What watchers are told. */
  readonly health: Health;
  /** Ends the devices of its pages. */
  close(): Promise<void>;
}

/** The HTTP port of the server, not yet open: version check, API and console, MCP, questions about pictures, figures. */
export function createHttp(parts: HttpParts): HttpService {
  const { options, config, ports, console } = parts;
  const { clock, log, dataDirectory = "data" } = options;
  const { server } = options.config;
  const authKey = () => config().server.auth_key;
  const browserDevice = new BrowserDeviceService({
    ...{ clock, log, dataDirectory, authKey, ports },
    isOn: server.device_pages,
    secure: { ip: server.ip, port: server.https_port },
    ...(console && { isLoggedIn: (headers) => console.isLoggedIn(headers) }),
  });
  const routes = new Hono();
  if (server.tls.client_ca !== "" && server.tls.client_doors.includes("http")) {
    for (const path of [`${OTA_PATH}*`, VISION_PATH]) routes.use(path, demandCertificate(log));
  }
  // Pictures come from devices of this node; the rest is for everybody.
  routes.route("/", parts.vision.routes());
  if (options.config.roles.includes("http")) {
    routes.route(
      "/",
      createOta(parts, (device) => browserDevice.noteCall(device)),
    );
    routes.route("/", browserDevice.routes());
    routes.route("/", createApi(parts));
    routes.route("/", parts.mcpServer.routes());
    console?.mountReference(routes);
  }
  const { bus } = options;
  const health = new Health({ clock, storage: options.storage, isNatsUp: bus && (() => bus.isUp) });
  health.mount(routes);
  const http = createHttpPort(routes, { metrics: parts.metrics, log });
  browserDevice.attach(http);
  return { http, health, close: () => browserDevice.close() };
}

function createOta(parts: HttpParts, onCall: NonNullable<OtaOptions["onCall"]>): Hono {
  const { options, config, access, mqtt, ports, console } = parts;
  const { clock, log, dataDirectory = "data" } = options;
  const { server, gateway } = options.config;
  return createOtaRoutes({
    log,
    clock,
    access,
    firmware: new FirmwareFolder(`${dataDirectory}/bin`),
    fleet: console?.fleet,
    ...(server.auth.device_keys && {
      proof: new DeviceProof(readDeviceKeys(server.auth.device_keys), () => clock.now(), options.bus),
    }),
    onCall,
    websocketUrl: givenAddress(server.websocket),
    websocketPort: () => ports().websocket || server.port,
    httpPort: () => ports().http || server.http_port,
    authority: parts.authority,
    isEncrypted: server.tls.required,
    mqtt: (asker) => mqtt.section(asker),
    offersWebsocketToo: gateway.offer_websocket,
    assigned: (deviceId) => assignedTo(parts, deviceId),
    lanAddress,
    timezoneMinutes: () => timezoneMinutes(config(), clock),
  });
}

/** Of several nodes each takes its share of the devices. */
async function assignedTo({ config, nodes }: HttpParts, deviceId: string): Promise<Assigned | undefined> {
  const found = nodes();
  if (!found) return undefined;
  // A gateway at a broker has devices wherever they are.
  const isAtBroker = config().gateway.broker !== "";
  return {
    websocket: (await found.nodeFor(deviceId, "websocket"))?.websocket,
    mqtt: isAtBroker ? undefined : (await found.nodeFor(deviceId, "mqtt"))?.mqtt,
  };
}

function createApi({ options, reach, console }: HttpParts): OpenAPIHono {
  const { config, log } = options;
  const app = new OpenAPIHono();
  console?.mount(app);
  addApiRoutes(app, {
    authKey: config.server.auth_key,
    maxCharacters: config.limits.say_characters,
    voiceOf: (deviceId) => reach.voiceOf(deviceId),
    mayUse: async (headers, deviceId) => (await console?.mayUse(headers, deviceId)) ?? false,
    log,
  });
  return app;
}
