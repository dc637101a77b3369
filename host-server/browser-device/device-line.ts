import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import type { WebSocket } from "ws";
import type { z } from "zod";
import type { Cancel, Clock } from "../../protocol/clock.ts";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";
import { DeviceProcess } from "./device-process.ts";
import type { Guard } from "./guard.ts";
import { type DeviceMessage, type DevicePlan, type OpenMessage, openMessage, pageMessage } from "./messages.ts";

/** ms that a page has for its first message. */
const OPEN_MS = 10_000;
/** A page is asked so often whether it is still there. */
const PING_MS = 20_000;
/** What waits for a page that reads too slowly: the next pictures are left out. */
const MAX_WAITING_BYTES = 1_000_000;

export interface LineOptions {
  readonly guard: Guard;
  readonly clock: Clock;
  readonly log: Log;
  readonly otaUrl: () => string;
  /** Where devices keep their settings. */
  readonly folder: string;
  readonly hasBoard: (board: string) => boolean;
  /** Whether one more device may run. */
  readonly hasRoom: () => boolean;
}

/** The connection of one page with its device. */
export class DeviceLine {
  readonly #options: LineOptions;
  readonly #socket: WebSocket;
  readonly #request: IncomingMessage;
  #process: DeviceProcess | undefined;
  #cancel: Cancel;
  #isAlive = true;

  constructor(socket: WebSocket, request: IncomingMessage, options: LineOptions) {
    this.#options = options;
    this.#socket = socket;
    this.#request = request;
    this.#cancel = options.clock.schedule(OPEN_MS, () => socket.close(1008, "no first message"));
    socket.on("message", (data: Buffer, isBinary) => {
      this.#take(data, isBinary).catch((error) => {
        options.log.error({ error }, "a page of a device failed");
        socket.close(1011, "failed");
      });
    });
    socket.on("pong", () => {
      this.#isAlive = true;
    });
    // What is wrong with the connection ends it, which is heard there.
    socket.on("error", () => {});
  }

  /** Whether it has a device. */
  get isOpen(): boolean {
    return this.#process !== undefined;
  }

  /** Resolves when its device is gone. */
  async close(): Promise<void> {
    this.#cancel();
    const process = this.#process;
    this.#process = undefined;
    await process?.close();
    this.#socket.terminate();
  }

  async #take(data: Buffer, isBinary: boolean): Promise<void> {
    try {
      if (isBinary) this.#process?.send(new Uint8Array(data));
      else if (this.#process) this.#process.send(parsed(pageMessage, data));
      else await this.#open(parsed(openMessage, data));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const { code, message } = error;
      this.#say({ type: "failed", code, message });
      if (!this.#process) this.#socket.close(1008, code);
    }
  }

  async #open({ board, id, key }: OpenMessage): Promise<void> {
    const { guard, log, otaUrl, folder, hasBoard, hasRoom } = this.#options;
    const isAllowed = await guard.isAllowed(this.#request, key);
    if (!isAllowed) throw new AppError("key-wrong", "key-wrong: this needs server.auth_key");
    // Gone meanwhile, or a second first message.
    if (this.#socket.readyState !== this.#socket.OPEN || this.#process) return;
    if (!hasBoard(board)) throw new AppError("board-unknown", `board-unknown: ${board}`);
    if (!hasRoom()) throw new AppError("too-many", "too-many: no more devices run in browsers at once");
    const mac = macOf(id);
    const settingsFile = join(folder, `${mac.replaceAll(":", "")}.json`);
    const plan: DevicePlan = { type: "start", board, otaUrl: otaUrl(), mac, settingsFile };
    this.#process = new DeviceProcess(plan, {
      onMessage: (message) => this.#say(message),
      onEnd: (reason) => this.#end(mac, reason),
    });
    log.info({ device: mac, board }, "device in a browser");
    this.#cancel();
    this.#ping();
  }

  #end(device: string, reason: string): void {
    if (!this.#process) return;
    this.#options.log.warn({ device, reason }, "the program of a device in a browser ended");
    this.#process = undefined;
    this.#socket.close(1011, "device-ended");
  }

  #ping(): void {
    this.#cancel = this.#options.clock.schedule(PING_MS, () => {
      if (!this.#isAlive) return this.#socket.terminate();
      this.#isAlive = false;
      this.#socket.ping();
      this.#ping();
    });
  }

  #say(message: DeviceMessage | Uint8Array): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (!(message instanceof Uint8Array)) this.#socket.send(JSON.stringify(message));
    else if (this.#socket.bufferedAmount < MAX_WAITING_BYTES) this.#socket.send(message);
  }
}

/** @throws AppError `message-invalid` */
function parsed<T>(schema: z.ZodType<T>, data: Buffer): T {
  let value: unknown;
  try {
    value = JSON.parse(data.toString());
  } catch {
    throw new AppError("message-invalid", "message-invalid: no JSON");
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new AppError("message-invalid", `message-invalid: ${issue?.path.join(".")}: ${issue?.message}`);
}

/** The same browser is the same device; an address that no maker was given. */
function macOf(id: string): string {
  const digest = createHash("sha256").update(id).digest("hex");
  return `02${digest.slice(0, 10)}`.replace(/(..)(?!$)/g, "$1:");
}
