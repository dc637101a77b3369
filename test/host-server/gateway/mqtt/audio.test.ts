import assert from "node:assert/strict";
import { createCipheriv } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { ThreadedAudio } from "../../../../host-server/gateway/audio-threads/threaded-audio.ts";
import type { AudioCarrier } from "../../../../host-server/gateway/mqtt/audio-carrier.ts";
import { AudioPort } from "../../../../host-server/gateway/mqtt/audio-port.ts";
import { createLog } from "../../../../host-server/log.ts";
import { joinUdpPacket, udpHeader } from "../../../../protocol/udp-packet.ts";
import { VirtualClock } from "../../../../simulator/clock.ts";
import { createFakeThreads } from "../../fakes/audio-threads.ts";

const HOME = { address: "10.0.0.9", port: 4000 };
const ELSEWHERE = { address: "10.0.0.66", port: 6666 };
/** Opus packets of the same kind (SILK, wide band, 60 ms, mono), told apart by their second byte. */
const frame = (number: number) => Uint8Array.of(0x58, number & 255, 1, 2, 3);

const PLACES = ["the main thread", "a thread of its own"] as const;
type Place = (typeof PLACES)[number];

function createCarrier(place: Place, clock: VirtualClock): AudioCarrier {
  if (place === "the main thread") return new AudioPort(clock);
  return new ThreadedAudio({ clock, log: createLog({ level: "silent" }), threads: 2, ...createFakeThreads(clock) });
}

/** One session whose audio is carried there. */
function open(place: Place) {
  const clock = new VirtualClock();
  const port = createCarrier(place, clock);
  const heard: number[] = [];
  const sent: { to: string; bytes: number }[] = [];
  const { path, close } = port.open({ onAudio: (packet) => heard.push(packet[1] ?? -1), onActivity: () => {} });
  const send = (datagram: Uint8Array, number: number, address: string) => {
    sent.push({ to: `${address}:${number}`, bytes: datagram.length });
  };
  const datagram = (sequence: number, audio: Uint8Array) => {
    const header = udpHeader(path.nonce, { payloadBytes: audio.length, timestamp: 0, sequence });
    return joinUdpPacket(header, createCipheriv("aes-128-ctr", path.key, header).update(audio));
  };
  const receive = (sequence: number, from = HOME, audio = frame(sequence)) => {
    port.receive(datagram(sequence, audio), { ...from, send });
  };
  return { clock, port, path, close, heard, sent, datagram, receive, send };
}

for (const place of PLACES) {
  test(`what is missing is waited for 60 ms; what is repeated or late is dropped, in ${place}`, async () => {
    const { clock, heard, receive } = open(place);
    for (const number of [1, 2, 4, 3, 3, 6]) receive(number);
    assert.deepEqual(heard, [1, 2, 3, 4]);
    await clock.advance(59);
    assert.deepEqual(heard, [1, 2, 3, 4]);
    await clock.advance(2);
    receive(5);
    receive(7);
    assert.deepEqual(heard, [1, 2, 3, 4, 6, 7]);
  });

  test(`numbers go round at 32 bits, in ${place}`, () => {
    const { heard, receive } = open(place);
    for (const number of [0xffff_fffe, 0xffff_ffff, 0, 1, 2]) receive(number);
    assert.deepEqual(heard, [0xfe, 0xff, 0, 1, 2]);
  });

  test(`one forged or replayed datagram does not take over the sound, not even after silence, in ${place}`, async () => {
    const { clock, path, heard, sent, receive } = open(place);
    for (const number of [1, 2, 3]) receive(number);
    for (const number of [4, 5, 6]) receive(number, ELSEWHERE);
    await clock.advance(2_000);
    for (const number of [1, 2, 3]) receive(number, ELSEWHERE);
    receive(4, ELSEWHERE);
    receive(6, ELSEWHERE);
    receive(8, ELSEWHERE);
    for (const number of [4, 5, 6]) receive(number, ELSEWHERE, Uint8Array.of(0xff, number));
    path.send(frame(1));
    assert.deepEqual(sent.at(-1), { to: "10.0.0.9:4000", bytes: 21 });
    assert.deepEqual(heard, [1, 2, 3]);
  });

  test(`a device that has moved is found after three packets and a second of silence, and is heard from the first, in ${place}`, async () => {
    const { clock, path, heard, sent, receive } = open(place);
    for (const number of [1, 2, 3]) receive(number);
    await clock.advance(1_000);
    for (const number of [20, 21, 22, 23]) receive(number, ELSEWHERE);
    path.send(frame(1));
    assert.deepEqual(heard, [1, 2, 3, 20, 21, 22, 23]);
    assert.equal(sent.at(-1)?.to, "10.0.0.66:6666");
  });

  test(`one packet with a number far ahead does not make the device's own look late; three in a row are believed, in ${place}`, () => {
    const { heard, receive } = open(place);
    for (const number of [1, 2, 2_000_000, 3, 4]) receive(number);
    assert.deepEqual(heard, [1, 2, 3, 4]);
    for (const number of [9_000, 9_001, 9_002]) receive(number);
    assert.deepEqual(heard.slice(4), [9_000 & 255, 9_001 & 255, 9_002 & 255]);
  });

  test(`sound before the device's first packet is kept for 1.2 s of it, and follows then, in ${place}`, () => {
    const { path, sent, receive } = open(place);
    for (let count = 0; count < 25; count++) path.send(frame(count));
    assert.equal(sent.length, 0);
    receive(1);
    assert.equal(sent.length, 20);
  });

  test(`a datagram of a closed session, of none, or that is no packet is dropped and counted, in ${place}`, async () => {
    const { clock, port, close, heard, datagram, receive, send } = open(place);
    const good = datagram(1, frame(1));
    const wrongLength = good.slice(0, -1);
    const wrongType = Uint8Array.from(good);
    wrongType[0] = 2;
    const stray = Uint8Array.from(good);
    stray[4] = (stray[4] as number) ^ 1;
    for (const bytes of [wrongLength, wrongType, stray, new Uint8Array(0), good.slice(0, 15)]) {
      port.receive(bytes, { ...HOME, send });
    }
    receive(1, { address: "10.0.0.9", port: 0 });
    close();
    receive(1);
    await clock.advance(500);
    assert.deepEqual([heard.length, port.strayCount, port.pathCount], [0, 7, 0]);
  });

  test(`no bytes at all harm the port, in ${place}`, () => {
    const { port, path, send } = open(place);
    const start = fc.constantFrom([...path.nonce].slice(0, 8), []);
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 1600 }), (head, rest) => {
        port.receive(Uint8Array.from([...head, ...rest]), { ...HOME, send });
      }),
    );
  });
}
