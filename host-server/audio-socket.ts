import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import type { SendDatagram } from "./gateway/mqtt/audio-claim.ts";
import type { ReceiveDatagram } from "./gateway/mqtt/gateway.ts";

/** Devices send small packets, and many at once: with the usual buffer a pause of 16 ms would lose some. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

/** A socket for audio at this address, not yet bound; `join` takes what sends, and gives what takes datagrams. */
export function createAudioSocket(ip: string, join: (send: SendDatagram) => ReceiveDatagram): Socket {
  const socket = createSocket({ type: isIPv6(ip) ? "udp6" : "udp4", recvBufferSize: RECEIVE_BUFFER_BYTES });
  socket.on(
    "message",
    join((datagram, port, address) => socket.send(datagram, port, address)),
  );
  return socket;
}
