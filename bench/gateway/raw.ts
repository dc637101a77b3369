import { createSocket } from "node:dgram";
import { AudioCipher } from "../../host-server/gateway/mqtt/audio-cipher.ts";
import { RAW_KEY } from "./frame.ts";

const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

/** Datagrams that are decrypted, encrypted and sent back, and nothing else: what no gateway on Node can do without. */
export async function startRawEcho(onFrame: (audio: Uint8Array) => void): Promise<number> {
  const cipher = new AudioCipher(Buffer.from(RAW_KEY, "hex"));
  const udp = createSocket({ type: "udp4", recvBufferSize: RECEIVE_BUFFER_BYTES });
  udp.on("message", (datagram, { port, address }) => {
    const header = datagram.subarray(0, 16);
    const audio = cipher.apply(header, datagram.subarray(16));
    onFrame(audio);
    udp.send(Buffer.concat([header, cipher.apply(header, audio)]), port, address);
  });
  await new Promise<void>((resolve) => udp.bind(0, "127.0.0.1", resolve));
  return udp.address().port;
}
