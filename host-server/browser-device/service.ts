import { globSync } from "node:fs";
import type { Server as HttpServer, IncomingMessage } from "node:http";
import { dirname, join } from "node:path";
import type { Duplex } from "node:stream";
import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { WebSocketServer } from "ws";
import { type Clock, calendarTime } from "../../protocol/clock.ts";
import { OTA_PATH } from "../../protocol/ota.ts";
import { AppError } from "../errors.ts";
import { containedUpgrade } from "../faults/contained.ts";
import { FlashImages } from "../flash/flash-images.ts";
import type { Log } from "../log.ts";
import type { FleetDevice } from "../ota/fleet.ts";
import { lanAddress, nameForDevices } from "../ota/lan-address.ts";
import { DeviceLine } from "./device-line.ts";
import { flashRoutes } from "./flash-routes.ts";
import { Guard, isOfAnotherPlace } from "./guard.ts";
import { PageFiles } from "./page-files.ts";
import { SecurePort } from "./secure-port.ts";

const PATH = "/device";
const OWN_PATH = "/own";
const FLASH_PATH = "/flash";
const SOCKET_PATH = "/device/socket";
const BOARDS = join(import.meta.dirname, "../../boards");

/** Devices at once; each is a program of about 100 MB. */
const MAX_DEVICES = 4;
/** Devices that are remembered as having called. */
const MAX_CALLS = 20;
/** A second of sound, with room. */
const MAX_MESSAGE_BYTES = 64 * 1024;

/** Those of the SDK's own build, and those that the command line gives what they need. */
const ELSEWHERE = /^(linux|simulator-(serial|camera|prompts))\b/;

/** Everything comes from here, and nothing else is talked to; what is flashed is in the page's own memory (`blob:`). */
const POLICY =
  "default-src 'self'; connect-src 'self' blob:; img-src 'self' data: blob:; frame-ancestors 'none'; base-uri 'none'";

export interface BrowserDeviceOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Whether there are pages at all. */
  readonly isOn: boolean;
  /** `server.auth_key`, as it is now. */
  readonly authKey: () => string;
  readonly ports: () => { readonly websocket: number; readonly http: number };
  readonly dataDirectory: string;
  /** Where pages over HTTPS are to be had, once somebody wants them. */
  readonly secure: { readonly ip: string; readonly port: number };
  /** Whether somebody with an account of the console asks. */
  readonly isLoggedIn?: (headers: Headers) => Promise<boolean>;
}

type Pages = Hono<{ Bindings: Partial<HttpBindings> }>;
type Asked = Context<{ Bindings: Partial<HttpBindings> }>;

/** A device that has asked where to connect. */
interface Call {
  readonly device: string;
  readonly model: string;
  readonly version: string;
  /** ms since the epoch. */
  readonly at: number;
}

/** The pages with a device in the browser, and with the way for a device of one's own. */
export class BrowserDeviceService {
  readonly #options: BrowserDeviceOptions;
  readonly #guard: Guard;
  readonly #files = new PageFiles();
  readonly #sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
  });
  readonly #lines = new Set<DeviceLine>();
  #calls: readonly Call[] = [];
  #secure: SecurePort | undefined;

  constructor(options: BrowserDeviceOptions) {
    this.#options = options;
    const { authKey, clock, isLoggedIn } = options;
    this.#guard = new Guard({ authKey, now: () => calendarTime(clock), ...(isLoggedIn && { isLoggedIn }) });
  }

  /** The page and its files. */
  routes(): Pages {
    const app = new Hono<{ Bindings: Partial<HttpBindings> }>();
    if (!this.#options.isOn) return app;
    for (const path of [PATH, OWN_PATH, FLASH_PATH]) this.#addPage(app, path);
    app.get(`${PATH}/boards`, (context) => context.json(boardNames()));
    app.get(`${OWN_PATH}/state`, async (context) => context.json(await this.#ownState(context)));
    for (const path of [PATH, FLASH_PATH]) app.post(`${path}/phone`, (context) => this.#invite(context, path));
    const flash = flashRoutes({
      images: new FlashImages(this.#options.dataDirectory),
      otaUrl: (host) => this.#otaUrl(host),
      isAllowed: (request, key) => this.#guard.isAllowed(request, key),
    });
    return app.route(FLASH_PATH, flash);
  }

  /** A device has asked where to connect. */
  noteCall({ deviceId: device, model, version }: FleetDevice): void {
    this.#calls = [{ device, model, version, at: this.#options.clock.now() }, ...this.#calls]
      .filter((call, at, all) => all.findIndex((other) => other.device === call.device) === at)
      .slice(0, MAX_CALLS);
  }

  /** The address for devices, and, for people at this computer, who has called. */
  async #ownState(context: Asked) {
    const { websocket, http } = this.#options.ports();
    const otaUrl = this.#otaUrl(context.req.header("host"));
    const request = context.env?.incoming;
    const mayKnow = request !== undefined && (await this.#guard.isAllowed(request));
    return { otaUrl, ports: { websocket, http }, ...(mayKnow && { calls: this.#calls }) };
  }

  #otaUrl(host: string | undefined): string {
    return `http://${nameForDevices(host)}:${this.#options.ports().http}${OTA_PATH}`;
  }

  /** An address over HTTPS, with a ticket, for the phone of somebody who may have a device. */
  async #invite(context: Asked, path: string): Promise<Response> {
    const request = context.env?.incoming;
    if (!request || isOfAnotherPlace(request) || !(await this.#guard.isAllowed(request))) {
      return context.json({ code: "key-wrong", message: "key-wrong: only at this computer, or logged in" }, 403);
    }
    try {
      const { port, fingerprint } = (await this.#secure?.open()) ?? { port: 0, fingerprint: "" };
      const host = nameForDevices(context.req.header("host"));
      const url = `https://${host}:${port}${path}/#key=${this.#guard.ticket()}`;
      return context.json({ url, fingerprint });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return context.json({ code: error.code, message: error.message }, 503);
    }
  }

  #addPage(app: Pages, path: string): void {
    app.use(`${path}/*`, async (context, next) => {
      await next();
      context.header("Content-Security-Policy", POLICY);
      context.header("X-Content-Type-Options", "nosniff");
      context.header("Permissions-Policy", "microphone=(self), serial=(self)");
      context.header("Cache-Control", "no-cache");
    });
    app.get(path, (context) => context.redirect(`${path}/`));
    app.get(`${path}/`, (context) => this.#give(context, `${path.slice(1)}.html`) ?? context.notFound());
    app.get(`${path}/:name`, async (context, next) => this.#give(context, context.req.param("name")) ?? next());
  }

  #give(context: Context, name: string): Response | undefined {
    const file = this.#files.find(name);
    return file && context.body(file.text, 200, { "Content-Type": file.type });
  }

  /** Takes what wants to become a WebSocket at this server. */
  attach(server: HttpServer): void {
    const { secure, dataDirectory: folder, clock, isOn, log } = this.#options;
    this.#secure = new SecurePort(server, { ...secure, folder, address: lanAddress, now: () => calendarTime(clock) });
    const upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => {
      // Not every request target is a URL, and this is a stranger's.
      const isOurs = isOn && request.url?.split("?")[0] === SOCKET_PATH;
      if (!isOurs || isOfAnotherPlace(request)) {
        stream.end(`HTTP/1.1 ${isOurs ? "403 Forbidden" : "404 Not Found"}\r\nConnection: close\r\n\r\n`);
        return;
      }
      this.#sockets.handleUpgrade(request, stream, head, (socket) => {
        const line = new DeviceLine(socket, request, this.#lineOptions());
        this.#lines.add(line);
        socket.once("close", () => {
          this.#lines.delete(line);
          // What it waits for cannot fail: a program that does not end is ended.
          void line.close();
        });
      });
    };
    server.on("upgrade", containedUpgrade({ log, at: "device in a browser" }, upgrade));
  }

  async close(): Promise<void> {
    await Promise.all([...[...this.#lines].map((line) => line.close()), this.#secure?.close()]);
    this.#sockets.close();
  }

  #lineOptions() {
    const { clock, log, ports, dataDirectory } = this.#options;
    return {
      clock,
      log,
      guard: this.#guard,
      otaUrl: () => `http://127.0.0.1:${ports().http}${OTA_PATH}`,
      folder: join(dataDirectory, "browser-devices"),
      hasBoard: (board: string) => boardNames().includes(board),
      hasRoom: () => [...this.#lines].filter(({ isOpen }) => isOpen).length < MAX_DEVICES,
    };
  }
}

/** What the simulator can run, by the paths in `boards/`. */
function boardNames(): string[] {
  return globSync("**/board.ts", { cwd: BOARDS })
    .map((file) => dirname(file).replaceAll("\\", "/"))
    .filter((name) => name !== "." && !ELSEWHERE.test(name))
    .sort();
}
