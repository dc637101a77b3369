import { once } from "node:events";
import { WebSocket } from "ws";

/** A process that opens so many connections to an address, each with a token of its own, and then waits: `node … URL COUNT`. */
const AT_ONCE = 100;
const [, , url = "", count = "0"] = process.argv;
const sockets: WebSocket[] = [];
while (sockets.length < Number(count)) {
  const some = Array.from({ length: AT_ONCE }, (_, at) => new WebSocket(`${url}idle-${sockets.length + at}`));
  await Promise.all(some.map((socket) => once(socket, "open")));
  sockets.push(...some);
}
let pings = 0;
for (const socket of sockets) {
  socket.on("ping", () => {
    if (++pings % sockets.length === 0) process.send?.("pinged");
  });
}
process.on("disconnect", () => process.exit(0));
process.send?.("open");
