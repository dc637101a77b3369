import { createCipheriv } from "node:crypto";
import { createSocket } from "node:dgram";
import { RAW_KEY } from "./frame.ts";

const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

/** Datagrams that are decrypted, encrypted and sent back, and nothing else: what no gateway on Node can do without. */
export async function startRawEcho(onFrame: (audio: Uint8Array) => void): Promise<number> {
  const key = Buffer.from(RAW_KEY, "hex");
  const crypt = (header: Uint8Array, bytes: Uint8Array) => createCipheriv("aes-128-ctr", key, header).update(bytes);
  const udp = createSocket({ type: "udp4", recvBufferSize: RECEIVE_BUFFER_BYTES });
  udp.on("message", (datagram, { port, address }) => {
    const header = datagram.subarray(0, 16);
    const audio = crypt(header, datagram.subarray(16));
    onFrame(audio);
    udp.send(Buffer.concat([header, crypt(header, audio)]), port, address);
  });
  await new Promise<void>((resolve) => udp.bind(0, "127.0.0.1", resolve));
  return udp.address().port;
}
