import assert from "node:assert/strict";
import { test } from "node:test";
import { createEncoder } from "../../../host-server/audio/opus.ts";
import { decodeAudioFrame, encodeAudioFrame, type FramingVersion } from "../../../protocol/audio-frame.ts";
import { openSocket } from "../fakes/http.ts";
import { tone } from "../fakes/stages.ts";
import { createWorld } from "../fakes/world.ts";

const DEVICE = "11:22:33:44:55:66";
const encoder = createEncoder({ sampleRate: 16_000 });
const voice = encoder.encode(tone(960, 16_000));
const quiet = createEncoder({ sampleRate: 16_000 }).encode(new Int16Array(960));

type Opened = { headers?: Record<string, string>; query?: string };

async function converse({ headers = {}, query = "" }: Opened, frame: (packet: Uint8Array) => Uint8Array) {
  const { server, clock } = createWorld({ heard: ["你好"], rounds: ["你好呀。"] });
  const opened = await openSocket(server, `/${query}`, { "device-id": DEVICE, ...headers });
  opened.socket.send('{"type":"listen","state":"start","mode":"manual"}');
  for (const packet of [voice, voice, voice, quiet, quiet]) opened.socket.send(frame(packet));
  opened.socket.send('{"type":"listen","state":"stop"}');
  await clock.advance(5_000);
  assert.equal(JSON.parse(opened.texts[0] ?? "{}").text, "你好");
  assert.equal(JSON.parse(opened.texts.at(-1) ?? "{}").state, "stop");
  return opened.packets;
}

for (const framing of [1, 2, 3] as FramingVersion[]) {
  test(`framing ${framing} is spoken both ways, as the header Protocol-Version says`, async () => {
    const packets = await converse({ headers: { "protocol-version": String(framing) } }, (packet) =>
      encodeAudioFrame(packet, framing, 7),
    );
    assert.ok(packets.length > 3);
    for (const packet of packets) {
      const headerBytes = { 1: 0, 2: 16, 3: 4 }[framing];
      assert.equal(decodeAudioFrame(packet, framing).byteLength, packet.byteLength - headerBytes);
    }
    if (framing === 2) assert.ok(packets.every((packet) => packet.readUInt16BE(0) === 2 && packet.readUInt32BE(8) > 0));
  });
}

test("a browser says its framing in the query", async () => {
  const packets = await converse({ query: "?protocol-version=3" }, (packet) => encodeAudioFrame(packet, 3));
  for (const packet of packets) assert.equal(packet.readUInt16BE(2), packet.byteLength - 4);
});

test("a gateway of the reference says 2 and sends bare packets: it gets bare packets", async () => {
  const packets = await converse({ headers: { "protocol-version": "2" } }, (packet) => packet);
  for (const packet of packets) assert.ok(packet.readUInt16BE(0) !== 2);
});

test("a gateway's own frames have one header, not two", async () => {
  const frame = (packet: Uint8Array) => {
    const message = Buffer.alloc(16 + packet.byteLength);
    message.writeUInt32BE(packet.byteLength, 12);
    message.set(packet, 16);
    return message;
  };
  const packets = await converse({ headers: { "protocol-version": "2" }, query: "?from=mqtt_gateway" }, frame);
  packets.forEach((packet, index) => {
    assert.equal(packet.readUInt16BE(0), 0x0100);
    assert.equal(packet.readUInt32BE(4), index, "numbers count from 0");
    assert.equal(packet.readUInt32BE(12), packet.byteLength - 16);
    assert.notEqual(packet.readUInt16BE(16), 2);
  });
});

test("an unknown framing is taken for the first", async () => {
  for (const said of ["", "0", "4", "two", "-1"]) {
    await converse({ headers: { "protocol-version": said } }, (packet) => packet);
  }
});

test("a first frame that is broken does not change the framing", async () => {
  for (const broken of [Buffer.alloc(0), Buffer.alloc(3), Buffer.alloc(16), Buffer.from([0, 2, 0, 0, 9])]) {
    let isFirst = true;
    const packets = await converse({ headers: { "protocol-version": "2" } }, (packet) => {
      const message = isFirst ? broken : encodeAudioFrame(packet, 2);
      isFirst = false;
      return message;
    });
    assert.ok(packets.every((packet) => packet.readUInt16BE(0) === 2));
  }
});
