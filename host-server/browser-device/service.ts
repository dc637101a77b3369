import { globSync } from "node:fs";
import type { Server as HttpServer, IncomingMessage } from "node:http";
import { dirname, join } from "node:path";
import type { Duplex } from "node:stream";
import { Hono } from "hono";
import { WebSocketServer } from "ws";
import type { Clock } from "../../protocol/clock.ts";
import { OTA_PATH } from "../../protocol/ota.ts";
import type { Log } from "../log.ts";
import { DeviceLine } from "./device-line.ts";
import { Guard, isOfAnotherPlace } from "./guard.ts";
import { PageFiles } from "./page-files.ts";

const PATH = "/device";
const SOCKET_PATH = "/device/socket";
const BOARDS = join(import.meta.dirname, "../../boards");

/** Devices at once; each is a program of about 100 MB. */
const MAX_DEVICES = 4;
/** A second of sound, with room. */
const MAX_MESSAGE_BYTES = 64 * 1024;

/** Those of the SDK's own build, and those that the command line gives what they need. */
const ELSEWHERE = /^(linux|simulator-(serial|camera|prompts))\b/;

/** Everything comes from here, and nothing else is talked to. */
const POLICY = "default-src 'self'; img-src 'self' data: blob:; frame-ancestors 'none'; base-uri 'none'";

export interface BrowserDeviceOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** `server.auth_key`, as it is now. */
  readonly authKey: () => string;
  /** Of the HTTP port. */
  readonly port: () => number;
  readonly dataDirectory: string;
}

/** The page with a device in the browser. */
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

  constructor(options: BrowserDeviceOptions) {
    this.#options = options;
    this.#guard = new Guard({ authKey: options.authKey, now: () => options.clock.now() });
  }

  /** The page and its files. */
  routes(): Hono {
    const app = new Hono();
    app.use(`${PATH}/*`, async (context, next) => {
      await next();
      context.header("Content-Security-Policy", POLICY);
      context.header("X-Content-Type-Options", "nosniff");
      context.header("Permissions-Policy", "microphone=(self)");
      context.header("Cache-Control", "no-cache");
    });
    app.get(PATH, (context) => context.redirect(`${PATH}/`));
    app.get(`${PATH}/boards`, (context) => context.json(boardNames()));
    app.get(`${PATH}/:name{.*}`, (context) => {
      const file = this.#files.find(context.req.param("name") || "device.html");
      if (!file) return context.notFound();
      return context.body(file.text, 200, { "Content-Type": file.type });
    });
    return app;
  }

  /** Takes what wants to become a WebSocket at this server. */
  attach(server: HttpServer): void {
    server.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
      const isOurs = new URL(request.url ?? "/", "http://server").pathname === SOCKET_PATH;
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
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#lines].map((line) => line.close()));
    this.#sockets.close();
  }

  #lineOptions() {
    const { clock, log, port, dataDirectory } = this.#options;
    return {
      clock,
      log,
      guard: this.#guard,
      otaUrl: () => `http://127.0.0.1:${port()}${OTA_PATH}`,
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
