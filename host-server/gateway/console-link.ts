import type { RawData, WebSocket } from "ws";
import type { Clock } from "../../protocol/clock.ts";
import type { ServerResult } from "../../protocol/to-device.ts";
import { parseToServer, type ServerCommand } from "../../protocol/to-server.ts";
import { contained } from "../faults/contained.ts";
import type { Log } from "../log.ts";

const CLOSE_NORMAL = 1000;
/** ms that a console has for what it wants. */
const VISIT_MS = 30_000;

export interface ConsoleLinkOptions {
  readonly manage: (command: ServerCommand) => ServerResult | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** Consoles of the reference come with a random UUID in the place of a device's address, and without a token. */
export function isConsoleId(deviceId: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(deviceId);
}

/** Serves a console that has no token: management messages alone, each with its secret; a wrong one ends the visit. */
export function serveConsole(socket: WebSocket, { manage, clock, log }: ConsoleLinkOptions): void {
  const cancel = clock.schedule(VISIT_MS, () => socket.close(CLOSE_NORMAL));
  socket.on("close", cancel);
  const take = (data: RawData, isBinary: boolean) => {
    if (isBinary || socket.readyState !== socket.OPEN) return;
    const answer = answerTo(String(data), { manage, log });
    if (answer) socket.send(JSON.stringify(answer));
    if (answer?.status !== "success") socket.close(CLOSE_NORMAL);
  };
  const leave = () => socket.close(CLOSE_NORMAL);
  socket.on("message", contained({ log, at: "console" }, take, leave));
}

function answerTo(text: string, { manage, log }: Pick<ConsoleLinkOptions, "manage" | "log">): ServerResult | undefined {
  try {
    const message = parseToServer(text);
    return message.type === "server" ? manage(message) : undefined;
  } catch (error) {
    log.debug({ error }, "message of a console refused");
    return undefined;
  }
}
