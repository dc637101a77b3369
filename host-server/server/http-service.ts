import type { Server as HttpServer } from "node:http";
import { OpenAPIHono } from "@hono/zod-openapi";
import { addApiRoutes } from "../api/routes.ts";
import { BrowserDeviceService } from "../browser-device/service.ts";
import type { Config } from "../config/schema.ts";
import type { Console } from "../console/console.ts";
import { Health } from "../http/health.ts";
import { createHttpPort } from "../http/http-port.ts";
import type { McpServer } from "../mcp-server/mcp-server.ts";
import type { Metrics } from "../metrics.ts";
import type { MqttService } from "../mqtt-service.ts";
import type { Access } from "../ota/access.ts";
import { FirmwareFolder } from "../ota/firmware.ts";
import { lanAddress } from "../ota/lan-address.ts";
import { createOtaRoutes } from "../ota/routes.ts";
import type { DeviceReach } from "../reach/device-reach.ts";
import { timezoneMinutes } from "../settings.ts";
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
  const { options, config, access, mqtt, ports, console } = parts;
  const { clock, log, dataDirectory = "data" } = options;
  const { server, gateway } = options.config;
  const authKey = () => config().server.auth_key;
  const browserDevice = new BrowserDeviceService({
    ...{ clock, log, dataDirectory, authKey, ports },
    isOn: server.device_pages,
    secure: { ip: server.ip, port: server.https_port },
    ...(console && { isLoggedIn: (headers) => console.isLoggedIn(headers) }),
  });
  const routes = createOtaRoutes({
    log,
    clock,
    access,
    firmware: new FirmwareFolder(`${dataDirectory}/bin`),
    fleet: console?.fleet,
    onCall: (device) => browserDevice.noteCall(device),
    websocketUrl: server.websocket.includes("你的") ? "" : server.websocket,
    websocketPort: () => ports().websocket || server.port,
    mqtt: (asker) => mqtt.section(asker),
    offersWebsocketToo: gateway.offer_websocket,
    lanAddress,
    timezoneMinutes: () => timezoneMinutes(config(), clock),
  });
  routes.route("/", browserDevice.routes());
  routes.route("/", createApi(parts));
  routes.route("/", parts.mcpServer.routes());
  routes.route("/", parts.vision.routes());
  console?.mountReference(routes);
  const health = new Health({ clock, storage: options.storage });
  health.mount(routes);
  const http = createHttpPort(routes, { metrics: parts.metrics, log });
  browserDevice.attach(http);
  return { http, health, close: () => browserDevice.close() };
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
