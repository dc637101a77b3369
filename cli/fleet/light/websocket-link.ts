import { WebSocket } from "ws";
import { helloOf, type LightAddress, type LightEvents, type LightLink, readMessage } from "./link.ts";

/** ms until a connection without an answer is given up. */
const HELLO_MS = 15_000;

/** Connects over WebSocket, and waits for the answered hello. Rejects when there is none. */
export function connectWebSocket(address: LightAddress, events: LightEvents): Promise<LightLink> {
  const { websocket, mac, clientId } = address;
  if (!websocket) return Promise.reject(new Error(`${mac}: the server offers no WebSocket`));
  const headers = {
    "device-id": mac,
    "client-id": clientId,
    "protocol-version": "1",
    ...(websocket.token && { authorization: `Bearer ${websocket.token}` }),
  };
  const socket = new WebSocket(websocket.url, { headers, perMessageDeflate: false, skipUTF8Validation: true });
  const link: LightLink = {
    send: (message) => socket.readyState === socket.OPEN && socket.send(JSON.stringify(message)),
    sendAudio: (packet) => socket.readyState === socket.OPEN && socket.send(packet),
    close: () => socket.terminate(),
  };
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => socket.terminate(), HELLO_MS);
    const end = () => {
      clearTimeout(timer);
      reject(new Error(`${mac}: the connection ended before its hello was answered`));
      events.onClose();
    };
    socket.on("error", () => {
      // The end follows.
    });
    socket.on("close", end);
    socket.on("open", () => link.send(helloOf("websocket")));
    socket.on("message", (data: Buffer, isBinary) => {
      if (isBinary) return events.onAudio();
      const message = readMessage(data.toString());
      if (message["type"] !== "hello") return events.onMessage(message);
      clearTimeout(timer);
      resolve(link);
    });
  });
}
