import { once } from "node:events";
import { WebSocket } from "ws";

const FRAME_MS = 60;
const FRAME_BYTES = 125;
const MEASURED_MS = 5000;

async function connect(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  socket.on("message", () => {});
  await once(socket, "open");
  socket.send(JSON.stringify({ type: "hello" }));
  socket.send(JSON.stringify({ type: "listen", state: "start" }));
  return socket;
}

/**
 * Microseconds of CPU that a frame each way costs a plain Node client of the same server, without any device behind it:
 * what this computer's sockets ask for.
 *
 * @param otaUrl of the load server, whose WebSocket is on the same port
 */
export async function wireCost(otaUrl: string, count: number): Promise<number> {
  const url = `ws://${new URL(otaUrl).host}/xiaozhi/v1/`;
  const sockets = await Promise.all(Array.from({ length: count }, () => connect(url)));
  const frame = new Uint8Array(FRAME_BYTES);
  let sent = 0;
  const timers = sockets.map((socket, n) => {
    const send = () => {
      socket.send(frame);
      sent++;
    };
    // Spread over the frame time, as devices are.
    return setTimeout(() => timers.push(setInterval(send, FRAME_MS)), (n * FRAME_MS) / count);
  });
  const before = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, MEASURED_MS));
  const { user, system } = process.cpuUsage(before);
  for (const timer of timers) clearTimeout(timer);
  for (const socket of sockets) socket.close();
  return (user + system) / sent;
}
