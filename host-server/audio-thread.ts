import { parentPort } from "node:worker_threads";
import { createAudioSocket } from "./audio-socket.ts";
import { systemClock } from "./clock.ts";
import { AudioThread } from "./gateway/audio-threads/audio-thread.ts";
import type { FromThread, ToThread } from "./gateway/audio-threads/messages.ts";

// Runs in a thread of its own, with a socket of its own; `audio-ports` starts it.

const tell = (message: FromThread) => parentPort?.postMessage(message);
const thread = new AudioThread({ clock: systemClock, soon: setImmediate, post: tell });

function bind(ip: string, port: number): void {
  const socket = createAudioSocket(
    ip,
    (send) =>
      (datagram, { address, port: from }) =>
        thread.receive(datagram, { address, port: from, send }),
  );
  socket.once("error", (error: NodeJS.ErrnoException) => tell({ type: "refused", errno: error.code ?? error.message }));
  socket.bind(port, ip, () => {
    socket.removeAllListeners("error");
    // From here on an error is a datagram that could not be sent: lost, as datagrams may be.
    socket.on("error", () => {});
    tell({ type: "bound", port: socket.address().port });
  });
}

parentPort?.on("message", (message: ToThread) => {
  if (message instanceof Uint8Array || message.type !== "bind") thread.take(message);
  else bind(message.ip, message.port);
});
