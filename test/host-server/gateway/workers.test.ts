import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { test } from "node:test";
import fc from "fast-check";
import { AudioPorts, type AudioThreads, nodeThreads } from "../../../host-server/audio-ports.ts";
import { systemClock } from "../../../host-server/clock.ts";
import { loadConfig } from "../../../host-server/config/load.ts";
import { FrameBatch, readBatch } from "../../../host-server/gateway/audio-threads/frame-batch.ts";
import type { FromThread } from "../../../host-server/gateway/audio-threads/messages.ts";
import { ThreadedAudio } from "../../../host-server/gateway/audio-threads/threaded-audio.ts";
import type { RunningThread, StartThread } from "../../../host-server/gateway/audio-threads/threaded-port.ts";
import { AudioPort } from "../../../host-server/gateway/mqtt/audio-port.ts";
import { createLog } from "../../../host-server/log.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { VirtualClock } from "../../../simulator/clock.ts";
import { createFakeThreads, type FakeThreads } from "../fakes/audio-threads.ts";
import { silence } from "../fakes/device.ts";
import { FakeAudioSocket } from "../fakes/mqtt.ts";
import { createMqttWorld } from "../fakes/mqtt-world.ts";
import { fakeProviders } from "../fakes/world.ts";

const OTHER = "22:22:33:44:55:66";

/** A server with two threads for audio, which share this one. */
function createThreadedWorld() {
  const threads: { current?: FakeThreads } = {};
  const env = { XIAOZHI_GATEWAY_WORKERS: "2", XIAOZHI_SERVER_UDP_GATEWAY: "audio.test:9000" };
  const world = createMqttWorld({}, env, {
    audioThreads: {
      soon: (run) => run(),
      startThread: (events) => {
        threads.current ??= createFakeThreads(world.clock);
        return threads.current.startThread(events);
      },
    },
  });
  const portOf = (hello: JsonObject = {}) => (hello["udp"] as { port: number }).port;
  return { ...world, threads, portOf };
}

function portsOf(env: Record<string, string>, threads = nodeThreads) {
  const given = { XIAOZHI_SERVER_IP: "127.0.0.1", XIAOZHI_GATEWAY_WORKERS: "2", ...env };
  const { config } = loadConfig({ path: "", env: given, providers: fakeProviders });
  return new AudioPorts({ config, clock: systemClock, log: createLog({ level: "silent" }), threads });
}

/** Two ports below those that systems give to whoever asks for any: nobody gets them while a thread is down. */
async function startAnywhere(threads: AudioThreads): Promise<AudioPorts> {
  for (;;) {
    const ports = portsOf({ XIAOZHI_GATEWAY_UDP_PORT: String(randomInt(20_000, 32_000)) }, threads);
    try {
      await ports.start();
      return ports;
    } catch (error) {
      await ports.stop();
      if ((error as NodeJS.ErrnoException).code !== "port-busy") throw error;
    }
  }
}

test("a batch gives back the frames that were put in, in their order", () => {
  const frame = fc.tuple(
    fc.integer({ min: 1, max: 0xffff_ffff }),
    fc.nat(0xffff_ffff),
    fc.uint8Array({ maxLength: 1500 }),
  );
  fc.assert(
    fc.property(fc.array(fc.array(frame, { maxLength: 20 }), { maxLength: 4 }), (batches) => {
      const batch = new FrameBatch();
      for (const frames of batches) {
        for (const [ssrc, timestamp, audio] of frames) batch.add(ssrc, timestamp, audio);
        const read: [number, number, Uint8Array][] = [];
        readBatch(batch.take(), (ssrc, timestamp, audio) => read.push([ssrc, timestamp, Uint8Array.from(audio)]));
        assert.deepEqual(read, frames);
        assert.ok(batch.isEmpty);
      }
    }),
  );
});

test("with workers a turn is heard as without, and the two devices of two threads send to two ports", async () => {
  const { converse, login, clock, turns, portOf, stop } = createThreadedWorld();
  const { device, audio, id, hello } = await converse();
  const second = await login({}, OTHER);
  second.hello();
  await clock.advance(20);
  assert.deepEqual([portOf(hello), portOf(second.of("hello")[0])], [9000, 9001]);
  audio.send(silence);
  device.send({ session_id: id, type: "listen", state: "detect", text: "hi" });
  await clock.advance(3_000);
  assert.equal(turns.length, 1);
  assert.ok(audio.received.length > 0);
  assert.deepEqual(
    audio.received.map(({ sequence }) => sequence),
    audio.received.map((_, at) => at + 1),
  );
  await stop();
});

test("with workers udp_timeout, goodbye and a device that leaves end its session, and its packets are strays then", async () => {
  const { converse, clock, server, stop } = createThreadedWorld();
  for (const leave of ["udp_timeout", "goodbye", "nothing"]) {
    const { device, audio } = await converse();
    audio.send(silence);
    assert.equal(server.sessionCount, 1);
    if (leave === "nothing") device.stream.destroy();
    else device.send({ type: leave });
    await clock.advance(20);
    assert.equal(server.sessionCount, 0, leave);
    audio.send(silence);
    await clock.advance(600);
    assert.equal(audio.received.length, 0);
    device.stream.destroy();
    await clock.advance(20);
  }
  await stop();
});

test("packets of a device count as signs of life, also those without audio", async () => {
  const { login, clock, server, stop } = createThreadedWorld();
  const device = await login({ keepalive: 10 });
  device.hello();
  await clock.advance(20);
  const audio = new FakeAudioSocket(server, device.of("hello")[0] ?? {});
  for (let seconds = 0; seconds < 30; seconds += 5) {
    await clock.advance(5_000);
    audio.send(new Uint8Array(0));
  }
  assert.equal(device.isClosed, false);
  await clock.advance(20_000);
  assert.equal(device.isClosed, true);
  await stop();
});

test("a thread that ends takes its sessions with it, by a goodbye, and is started anew", async () => {
  const { converse, clock, server, threads, log, stop } = createThreadedWorld();
  const { device, id } = await converse();
  threads.current?.crash();
  await clock.advance(20);
  assert.deepEqual(device.of("goodbye"), [{ type: "goodbye", session_id: id }]);
  assert.equal(server.sessionCount, 0);
  assert.ok(log.some(({ msg }) => String(msg).startsWith("a thread for audio has ended")));
  await clock.advance(1_000);
  device.hello();
  await clock.advance(20);
  const audio = new FakeAudioSocket(server, device.of("hello").at(-1) ?? {});
  audio.send(silence);
  device.send({ type: "listen", state: "detect", text: "hi" });
  await clock.advance(1_000);
  assert.ok(audio.received.length > 0);
  assert.equal(threads.current?.started, 2);
  await stop();
});

test("while one thread is down the other one takes all new sessions; while both are, a session ends by a goodbye", async () => {
  const { converse, login, clock, threads, portOf, stop } = createThreadedWorld();
  await converse();
  threads.current?.crash();
  const second = await login({}, OTHER);
  second.hello();
  await clock.advance(20);
  assert.equal(portOf(second.of("hello")[0]), 9001);
  threads.current?.crash();
  await clock.advance(20);
  assert.equal(second.of("goodbye").length, 1);
  second.hello();
  await clock.advance(20);
  assert.equal(second.of("goodbye").length, 2);
  await stop();
});

test("a thread that was told to end while it opened its port keeps nobody waiting, and its port stays closed", async () => {
  const starting: ((message: FromThread) => void)[] = [];
  const ports = portsOf(
    {},
    {
      ...nodeThreads,
      startThread: ({ onMessage }) => {
        starting.push(onMessage);
        return { post: () => {}, stop: async () => starting[0]?.({ type: "bound", port: 9000 }) };
      },
    },
  );
  const started = ports.start();
  starting[1]?.({ type: "refused", errno: "EADDRINUSE" });
  await assert.rejects(started, { code: "port-busy" });
  await ports.stop();
  assert.equal(ports.port(0), 0);
});

test("a thread whose port was taken while it was down gets no sessions until it has it again", async () => {
  const clock = new VirtualClock();
  const threads: Parameters<StartThread>[0][] = [];
  const audio = new ThreadedAudio({
    clock,
    log: createLog({ level: "silent" }),
    threads: 2,
    soon: (run) => run(),
    startThread: (events) => {
      threads.push(events);
      return { post: () => {}, stop: async () => {} };
    },
  });
  const lane = () => {
    const opened = audio.open({ onAudio: () => {}, onActivity: () => {} });
    opened.close();
    return opened.lane;
  };
  const bound = audio.bind("127.0.0.1", 9000);
  for (const [at, { onMessage }] of threads.entries()) onMessage({ type: "bound", port: 9000 + at });
  await bound;
  assert.equal(lane(), 0);
  threads[0]?.onEnd("it crashed");
  assert.equal(lane(), 1);
  for (const start of [2, 3]) {
    await clock.advance(1_000);
    assert.equal(threads.length, start + 1);
    assert.equal(lane(), 1);
    threads[start]?.onMessage({ type: "refused", errno: "EADDRINUSE" });
    assert.equal(lane(), 1);
  }
  await clock.advance(1_000);
  // The one before is heard no more.
  threads[3]?.onMessage({ type: "bound", port: 1 });
  assert.deepEqual([lane(), audio.port(0)], [1, 9000]);
  threads[4]?.onMessage({ type: "bound", port: 9000 });
  assert.deepEqual([lane(), audio.port(0)], [0, 9000]);
  await audio.stop();
});

test("ports follow one another; one that is taken is named; a real thread that crashes gets its port again", async (t) => {
  const running: RunningThread[] = [];
  const ports = await startAnywhere({
    ...nodeThreads,
    startThread: (events) => {
      const thread = nodeThreads.startThread(events);
      running.push(thread);
      return thread;
    },
  });
  t.after(() => ports.stop());
  const first = ports.port(0);
  assert.equal(ports.port(1), first + 1);
  const lost = new Promise<void>((resolve) => {
    ports.carrier.open({ onAudio: () => {}, onActivity: () => {}, onLost: resolve });
  });
  const busy = portsOf({ XIAOZHI_GATEWAY_UDP_PORT: String(first - 1) });
  await assert.rejects(busy.start(), { code: "port-busy" });
  await busy.stop();
  // A batch that ends in the middle of a frame.
  running.at(-2)?.post(Uint8Array.of(1));
  await lost;
  let hear: (bytes: number) => void = () => {};
  const open = () => ports.carrier.open({ onAudio: (packet) => hear(packet.byteLength), onActivity: () => {} });
  let audio = open();
  while (audio.lane !== 0) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    audio.close();
    audio = open();
  }
  assert.equal(ports.port(0), first);
  const { path } = audio;
  const heard = new Promise<number>((resolve) => {
    hear = resolve;
    const twin = new AudioPort(new VirtualClock()).open(
      { onAudio: () => {}, onActivity: () => {} },
      { ssrc: Buffer.from(path.nonce).readUInt32BE(4), key: path.key },
    );
    const socket = createSocket("udp4");
    t.after(() => socket.close());
    const send = (datagram: Uint8Array) => socket.send(datagram, first, "127.0.0.1");
    // Datagrams may be lost.
    const timer = setInterval(() => twin.path.send(Uint8Array.of(0x58, 1)), 50);
    t.after(() => clearInterval(timer));
    twin.path.receive(
      { header: path.nonce, payload: Uint8Array.of(1), timestamp: 0, sequence: 1 },
      { address: "127.0.0.1", port: first, send },
    );
  });
  assert.equal(await heard, 2);
  await ports.stop();
  assert.equal(ports.port(0), 0);
});
