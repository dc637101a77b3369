import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { type AddressInfo, createServer } from "node:net";
import { AudioCipher } from "../../host-server/gateway/mqtt/audio-cipher.ts";
import { MqttPackets, mqttPacket, mqttText } from "../../host-server/gateway/outer-broker/wire.ts";

interface Session {
  readonly cipher: AudioCipher;
  readonly nonce: Buffer;
  sequence: number;
}

const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
const CONNECT = 1;
const PUBLISH = 3;

/**
 * The smallest gateway that echoes audio: no login, no order, no limits, and whatever a packet says is believed. What
 * another costs more than this one, it pays for what it does.
 */
export async function startSmallestGateway(onFrame: (audio: Uint8Array) => void): Promise<number> {
  const sessions = new Map<number, Session>();
  const udp = createSocket({ type: "udp4", recvBufferSize: RECEIVE_BUFFER_BYTES });
  udp.on("message", (datagram, { port, address }) => {
    const session = sessions.get(datagram.readUInt32BE(4));
    if (!session) return;
    const audio = session.cipher.apply(datagram.subarray(0, 16), datagram.subarray(16));
    onFrame(audio);
    const header = Buffer.from(session.nonce);
    header.writeUInt16BE(audio.length, 2);
    header.writeUInt32BE(++session.sequence, 12);
    udp.send(Buffer.concat([header, session.cipher.apply(header, audio)]), port, address);
  });
  await new Promise<void>((resolve) => udp.bind(0, "127.0.0.1", resolve));
  const tcp = createServer({ noDelay: true }, (stream) => {
    const packets = new MqttPackets();
    stream.on("error", () => {});
    stream.on("data", (data) => {
      for (const { type } of packets.accept(data)) {
        if (type === CONNECT) stream.write(Buffer.of(0x20, 2, 0, 0));
        else if (type === PUBLISH) stream.write(mqttPacket(0x30, mqttText("t"), hello(sessions, udp.address().port)));
      }
    });
  });
  await new Promise<void>((resolve) => tcp.listen(0, "127.0.0.1", resolve));
  return (tcp.address() as AddressInfo).port;
}

function hello(sessions: Map<number, Session>, port: number): Buffer {
  const nonce = Buffer.alloc(16);
  nonce[0] = 1;
  nonce.writeUInt32BE(sessions.size + 1, 4);
  const key = randomBytes(16);
  sessions.set(sessions.size + 1, { cipher: new AudioCipher(key), nonce, sequence: 0 });
  const udp = { server: "127.0.0.1", port, key: key.toString("hex"), nonce: nonce.toString("hex") };
  return Buffer.from(JSON.stringify({ type: "hello", transport: "udp", session_id: "s", udp }));
}
