import { connect, type Socket } from "node:net";
import { z } from "zod";
import { Queue } from "../../queue.ts";
import { EventReader, type WyomingEvent, writeEvent } from "./events.ts";

/** ms that a server has to say what it is. */
const DESCRIBE_MS = 5_000;

/** The address of a Wyoming server in a provider's settings. */
export const wyomingAddress = z
  .string()
  .regex(/^tcp:\/\/(\[[0-9a-fA-F:.]+\]|[\w.-]+):\d{1,5}\/?$/, "expected an address of the form tcp://host:port")
  .describe("Address of the Wyoming server: tcp://192.168.1.20:10300.");

/** One connection to a Wyoming server: for one request, as its clients do. */
export interface WyomingConnection {
  /** What the server sends, in order. Ends with the connection; throws what broke it. */
  readonly events: AsyncIterable<WyomingEvent>;
  send(type: string, data?: object, payload?: Uint8Array): void;
  close(): void;
}

/** Connects to `tcp://host:port`. @throws the error of the socket, or the signal's reason */
export async function openWyoming(uri: string, signal: AbortSignal): Promise<WyomingConnection> {
  signal.throwIfAborted();
  const { hostname, port } = new URL(uri.replace(/^tcp:/, "http:"));
  const socket = connect({ host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 80), noDelay: true });
  const events = new Queue<WyomingEvent>();
  const stop = () => socket.destroy(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
  signal.addEventListener("abort", stop, { once: true });
  socket.once("close", () => {
    signal.removeEventListener("abort", stop);
    events.close();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  read(socket, events);
  return {
    events,
    send: (type, data, payload) => void socket.write(writeEvent(type, data, payload)),
    close: () => socket.destroy(),
  };
}

function read(socket: Socket, events: Queue<WyomingEvent>): void {
  const reader = new EventReader();
  socket.on("error", (error) => events.fail(error));
  socket.on("data", (bytes) => {
    try {
      for (const event of reader.push(bytes)) events.push(event);
    } catch (error) {
      events.fail(error);
      socket.destroy();
    }
  });
}

/** What the server says that it can do. @throws the error of the socket, and an Error when it says nothing */
export async function describeWyoming(uri: string): Promise<WyomingEvent["data"]> {
  const connection = await openWyoming(uri, AbortSignal.timeout(DESCRIBE_MS));
  try {
    connection.send("describe");
    for await (const { type, data } of connection.events) if (type === "info") return data;
    throw new Error("it said nothing of itself");
  } finally {
    connection.close();
  }
}
