import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type RawData, WebSocket, WebSocketServer } from "ws";

/** The two ends of an agent. */
interface Pair {
  tool?: WebSocket;
  caller?: WebSocket;
}

/**
 * The smallest relay: what comes from one end goes to the other, unread. No login, no ids, no limits; one caller for one
 * tool. What another costs more than this one, it pays for what it does. Gives its port.
 */
export async function startSmallest(): Promise<number> {
  const pairs = new Map<string, Pair>();
  const http = createServer();
  const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
  sockets.on("connection", (socket, request) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://relay");
    const agent = searchParams.get("token") ?? "";
    const pair = pairs.get(agent) ?? {};
    pairs.set(agent, pair);
    const isTool = pathname.includes("/mcp/");
    pair[isTool ? "tool" : "caller"] = socket;
    const pass = (data: RawData) => {
      const other = isTool ? pair.caller : pair.tool;
      if (other?.readyState === WebSocket.OPEN) other.send(data as Buffer, { binary: false });
    };
    socket.on("message", pass);
  });
  http.listen(0, "127.0.0.1");
  await new Promise((resolve) => http.once("listening", resolve));
  return (http.address() as AddressInfo).port;
}

/** No relay: a tool that answers whoever calls. Gives its port. */
export async function startDirect(answer: (text: string) => string | undefined): Promise<number> {
  const http = createServer();
  const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
  sockets.on("connection", (socket) => {
    socket.on("message", (data) => {
      const text = answer(String(data));
      if (text !== undefined) socket.send(text);
    });
  });
  http.listen(0, "127.0.0.1");
  await new Promise((resolve) => http.once("listening", resolve));
  return (http.address() as AddressInfo).port;
}
