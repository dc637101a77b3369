import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { silence } from "../../fakes/device.ts";
import { fetchFrom } from "../../fakes/http.ts";
import { FakeAudioSocket } from "../../fakes/mqtt.ts";
import { createMqttWorld } from "../../fakes/mqtt-world.ts";

const TOOLS = [{ name: "self.lamp.on", description: "Lamp.", inputSchema: { type: "object", properties: {} } }];

test("hello 3 is answered with the audio's address, key and pattern", async () => {
  const { converse, stop } = createMqttWorld({}, { XIAOZHI_SERVER_UDP_GATEWAY: "audio.test:9999" });
  const { hello } = await converse();
  const { key, nonce, ...udp } = hello["udp"] as Record<string, string>;
  assert.deepEqual(
    [hello["version"], hello["transport"], udp],
    [3, "udp", { server: "audio.test", port: 9999, encryption: "aes-128-ctr" }],
  );
  assert.match(key ?? "", /^[0-9a-f]{32}$/);
  assert.match(nonce ?? "", /^01000000[0-9a-f]{8}0{16}$/);
  assert.deepEqual(hello["audio_params"], { format: "opus", sample_rate: 16000, channels: 1, frame_duration: 60 });
  await stop();
});

test("any other version of hello is answered by a goodbye, and the connection lives", async () => {
  const { login, clock, server, stop } = createMqttWorld();
  const device = await login();
  device.hello(1);
  await clock.advance(20);
  assert.deepEqual([device.of("hello").length, device.of("goodbye").length, device.isClosed], [0, 1, false]);
  assert.equal(server.sessionCount, 0);
  await stop();
});

test("a turn: text over MQTT, audio over UDP, numbered from 1, each with a time of its own", async () => {
  const { converse, clock, turns, stop } = createMqttWorld();
  const { device, audio, id } = await converse();
  device.send({ session_id: id, type: "listen", state: "detect", text: "hi" });
  await clock.advance(60);
  assert.equal(audio.received.length, 0, "the server does not know yet where the device is");
  audio.send(Uint8Array.of(0x58));
  await clock.advance(3_000);
  const texts = device.messages.filter(({ type }) => type === "stt" || type === "tts");
  assert.deepEqual(
    texts.map(({ type, state = "" }) => `${type} ${state}`),
    ["stt ", "tts start", "tts sentence_start", "tts stop"],
  );
  const numbers = audio.received.map(({ sequence }) => sequence);
  assert.deepEqual(
    numbers,
    numbers.map((_, at) => at + 1),
  );
  assert.ok(numbers.length > 0);
  assert.equal(new Set(audio.received.map(({ timestamp }) => timestamp)).size, numbers.length);
  assert.equal(turns.length, 1);
  await stop();
});

test("no line of the log is written for a frame, in either direction", async () => {
  const { converse, clock, log, stop } = createMqttWorld({ rounds: ["One two three four five six seven eight."] });
  const { device, audio, id } = await converse();
  audio.send(silence);
  device.send({ session_id: id, type: "listen", state: "detect", text: "hi" });
  await clock.advance(500);
  const [lines, heard] = [log.length, audio.received.length];
  for (let count = 0; count < 20; count++) {
    audio.send(silence);
    await clock.advance(60);
  }
  assert.ok(audio.received.length > heard + 10);
  assert.deepEqual(
    log.slice(lines).filter(({ msg }) => msg !== "turn finished"),
    [],
  );
  await stop();
});

test("goodbye of the device ends the session without an answer; of another session it is ignored", async () => {
  const { converse, clock, server, stop } = createMqttWorld();
  const { device, id } = await converse();
  device.send({ type: "goodbye", session_id: "another" });
  await clock.advance(20);
  assert.equal(server.sessionCount, 1);
  device.send({ type: "goodbye", session_id: id });
  await clock.advance(20);
  assert.deepEqual([server.sessionCount, device.of("goodbye").length, device.isClosed], [0, 0, false]);
  device.hello();
  await clock.advance(20);
  device.send({ type: "goodbye" });
  await clock.advance(20);
  assert.equal(server.sessionCount, 0);
  await stop();
});

test("udp_timeout ends the session; the next hello opens a new one with another key", async () => {
  const { converse, clock, server, log, stop } = createMqttWorld();
  const { device, id, hello } = await converse();
  device.send({ type: "udp_timeout", session_id: id });
  await clock.advance(20);
  assert.equal(server.sessionCount, 0);
  assert.ok(log.some(({ msg }) => msg === "no audio reaches the device"));
  device.hello();
  await clock.advance(20);
  assert.notDeepEqual(device.of("hello")[1]?.["udp"], hello["udp"]);
  await stop();
});

test("the server's end of a session is a goodbye with its id; the connection stays", async () => {
  const { converse, clock, server, stop } = createMqttWorld({}, { XIAOZHI_CLOSE_CONNECTION_NO_VOICE_TIME: "30" });
  const { device, id } = await converse();
  await clock.advance(91_000);
  assert.deepEqual(device.of("goodbye"), [{ type: "goodbye", session_id: id }]);
  assert.deepEqual([server.sessionCount, device.isClosed], [0, false]);
  await stop();
});

test("a message outside of a session is answered by a goodbye with its own id", async () => {
  const { login, clock, stop } = createMqttWorld();
  const device = await login();
  device.send({ session_id: "old", type: "listen", state: "start", mode: "auto" });
  device.send({ type: "abort" });
  await clock.advance(20);
  assert.deepEqual(device.of("goodbye"), [{ type: "goodbye", session_id: "old" }, { type: "goodbye" }]);
  await stop();
});

test("hello in the middle of an answer: the old session is silent at once, and nothing of it ends the new one", async () => {
  const { converse, clock, server, stop } = createMqttWorld({ rounds: ["One two three four five six seven eight."] });
  const { device, audio, id } = await converse();
  audio.send(silence);
  device.send({ session_id: id, type: "listen", state: "detect", text: "hi" });
  await clock.advance(500);
  const heard = audio.received.length;
  assert.ok(heard > 0);
  device.messages.length = 0;
  device.hello();
  await clock.advance(5_000);
  assert.deepEqual([server.sessionCount, audio.received.length], [1, heard]);
  const second = device.of("hello")[0];
  assert.ok(second && second["session_id"] !== id);
  assert.ok(device.messages.every(({ session_id }) => session_id === undefined || session_id === second["session_id"]));
  const next = new FakeAudioSocket(server, second);
  next.send(silence);
  device.send({ type: "listen", state: "detect", text: "hi" });
  await clock.advance(3_000);
  assert.ok(next.received.length > 0);
  await stop();
});

test("a device that leaves takes its session along", async () => {
  const { converse, clock, server, stop } = createMqttWorld();
  const { device } = await converse();
  device.stream.destroy();
  await clock.advance(20);
  assert.equal(server.sessionCount, 0);
  await stop();
});

test("MCP is opened at the login, with ids from 10000; a session's question for tools is answered from there", async () => {
  const { login, clock, stages, stop } = createMqttWorld();
  const device = await login();
  const asked: unknown[] = [];
  device.answer = ({ id, method }) => {
    asked.push([id, method]);
    return method === "tools/list" ? { tools: TOOLS } : {};
  };
  assert.deepEqual(device.of("mcp")[0]?.["payload"], {
    jsonrpc: "2.0",
    id: 10_000,
    method: "initialize",
    params: {
      protocolVersion: "2024-11-05",
      capabilities: { roots: { listChanged: true }, sampling: {} },
      clientInfo: { name: "XiaozhiClient", version: "1.0.0" },
    },
  });
  device.send({ type: "mcp", payload: { jsonrpc: "2.0", id: 10_000, result: {} } });
  await clock.advance(50);
  device.send({ type: "hello", version: 3, transport: "udp", features: { mcp: true } });
  await clock.advance(50);
  device.send({ type: "listen", state: "detect", text: "hi" });
  await clock.advance(3_000);
  assert.deepEqual(asked, [
    [10_001, "tools/list"],
    [1, "initialize"],
  ]);
  assert.deepEqual(
    stages.asked[0]?.tools.map(({ name }) => name).filter((name) => name.includes("lamp")),
    ["self_lamp_on"],
  );
  await stop();
});

test("a list that could not be read is asked of the device again", async () => {
  const { login, clock, stages, stop } = createMqttWorld();
  const device = await login();
  device.answer = ({ id, method }) => {
    if (Number(id) >= 10_000) return undefined;
    return method === "tools/list" ? { tools: TOOLS } : {};
  };
  device.send({ type: "hello", version: 3, transport: "udp", features: { mcp: true } });
  await clock.advance(15_000);
  device.send({ type: "listen", state: "detect", text: "hi" });
  await clock.advance(3_000);
  assert.ok(stages.asked[0]?.tools.some(({ name }) => name.includes("lamp")));
  await stop();
});

test("a device whose tools change is asked for them again", async () => {
  const { login, clock, stages, stop } = createMqttWorld();
  const device = await login();
  let tools: object[] = [];
  device.answer = ({ id, method }) => {
    if (method === "tools/list" && Number(id) < 10_000) throw new Error("the server asked the device");
    return method === "tools/list" ? { tools } : {};
  };
  device.send({ type: "mcp", payload: { jsonrpc: "2.0", id: 10_000, result: {} } });
  await clock.advance(50);
  tools = TOOLS;
  device.send({ type: "mcp", payload: { jsonrpc: "2.0", method: "notifications/tools/list_changed" } });
  device.send({ type: "mcp", payload: { jsonrpc: "2.0", id: 999, result: {} } });
  await clock.advance(50);
  assert.equal(device.of("goodbye").length, 0, "what belongs to no session ends none");
  device.send({ type: "hello", version: 3, transport: "udp", features: { mcp: true } });
  await clock.advance(50);
  device.send({ type: "listen", state: "detect", text: "hi" });
  await clock.advance(3_000);
  assert.ok(stages.asked[0]?.tools.some(({ name }) => name.includes("lamp")));
  await stop();
});

test("when the server stops, devices in a session are told", async () => {
  const { converse, stop } = createMqttWorld();
  const { device, id } = await converse();
  await stop();
  assert.deepEqual(device.of("goodbye"), [{ type: "goodbye", session_id: id }]);
  assert.equal(device.isClosed, true);
});

test("two logins of one device at once: one connection and one session are left", async () => {
  const { dial, section, clock, server, stop } = createMqttWorld();
  const devices = [dial(), dial(), dial()];
  const login = await section();
  for (const device of devices) device.login(login);
  await clock.advance(50);
  for (const device of devices) if (!device.isClosed) device.hello();
  await clock.advance(50);
  assert.deepEqual(
    devices.map(({ isClosed }) => isClosed),
    [true, true, false],
  );
  assert.equal(server.sessionCount, 1);
  const { text } = await fetchFrom(server, "api", "/metrics");
  assert.match(text, /devices 1\n/);
  await stop();
  assert.equal(server.sessionCount, 0);
});

test("no message ends the connection, whatever it says", async () => {
  const world = createMqttWorld();
  const { device } = await world.converse();
  const message = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.json(),
    fc.record({ type: fc.constantFrom("mcp", "goodbye", "listen", "udp_timeout", "iot"), payload: fc.jsonValue() }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(message, { maxLength: 5 }), async (messages) => {
      for (const text of messages) device.send(text);
      await world.clock.advance(1_000);
      assert.equal(device.isClosed, false);
    }),
    { numRuns: 60 },
  );
  await world.stop();
});
