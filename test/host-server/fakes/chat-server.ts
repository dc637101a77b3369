import { createServer } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";
import type { JsonObject } from "../../../protocol/json.ts";
import { connectedPair } from "./http.ts";

/** A chat server that does what a test tells it to. */
export function scriptedServer(onHello: (socket: WebSocket, hello: JsonObject) => void) {
  const http = createServer();
  const sockets = new WebSocketServer({ server: http });
  const texts: string[] = [];
  const packets: Buffer[] = [];
  const requests: { url: string | undefined; headers: NodeJS.Dict<string | string[]> }[] = [];
  let closed = 0;
  sockets.on("connection", (socket, { url, headers }) => {
    requests.push({ url, headers });
    let isGreeted = false;
    socket.on("close", () => closed++);
    socket.on("message", (data, isBinary) => {
      if (isBinary) packets.push(data as Buffer);
      else {
        texts.push(String(data));
        if (!isGreeted) onHello(socket, JSON.parse(String(data)));
        isGreeted = true;
      }
    });
  });
  const dial = () => {
    const [ours, theirs] = connectedPair();
    http.emit("connection", theirs);
    return ours;
  };
  return { dial, texts, packets, requests, closedCount: () => closed };
}
