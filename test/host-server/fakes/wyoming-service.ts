import { type AddressInfo, createServer, type Socket } from "node:net";
import { EventReader, type WyomingEvent, writeEvent } from "../../../host-server/providers/wyoming/events.ts";

/** A connection of a scripted service, as the script sees it. */
export interface WyomingPeer {
  send(type: string, data?: object, payload?: Uint8Array): void;
  end(): void;
}

/** A scripted Wyoming service. */
export interface WyomingService {
  readonly uri: string;
  /** What it was sent. */
  readonly events: WyomingEvent[];
  /** Resolves when a client has let go. */
  readonly gone: Promise<void>;
}

/** Runs `use` with a service that answers each event as `answer` says. */
export async function withWyoming(
  answer: (event: WyomingEvent, peer: WyomingPeer) => void,
  use: (service: WyomingService) => Promise<void>,
): Promise<void> {
  const events: WyomingEvent[] = [];
  const gone = Promise.withResolvers<void>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const reader = new EventReader();
    const peer = {
      send: (type: string, data?: object, payload?: Uint8Array) => void socket.write(writeEvent(type, data, payload)),
      end: () => void socket.end(),
    };
    socket.on("close", () => gone.resolve());
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      for (const event of reader.push(bytes)) {
        events.push(event);
        answer(event, peer);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await use({ uri: `tcp://127.0.0.1:${port}`, events, gone: gone.promise });
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}
