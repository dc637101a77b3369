// The traces that were recorded from the reference server, as a device sees ours. Where ours is better on purpose the test
// says so.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../../protocol/json.ts";
import type { WireDevice } from "./wire.ts";
import {
  AUDIO,
  assertTrace,
  connect,
  frameTimes,
  happy,
  hello,
  llm,
  messagesOf,
  sentence,
  start,
  stop,
  stt,
  timeOf,
  voice,
} from "./wire.ts";

const INITIALIZE = {
  type: "mcp",
  payload: {
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: {
      protocolVersion: "2024-11-05",
      capabilities: { roots: { listChanged: true }, sampling: {} },
      clientInfo: { name: "XiaozhiClient", version: "1.0.0" },
    },
  },
};
const LIST = { type: "mcp", payload: { jsonrpc: "2.0", id: 2, method: "tools/list" } };
const STATUS = {
  name: "self.get_device_status",
  description: "Tells the device's status.",
  inputSchema: { type: "object", properties: {} },
};

/** Answers the server's MCP requests as a device does. */
function serveMcp(device: WireDevice): void {
  device.socket.on("message", (data, isBinary) => {
    if (isBinary) return;
    const { type, payload } = JSON.parse(String(data)) as { type: string; payload: JsonObject };
    if (type !== "mcp" || payload["id"] === undefined) return;
    const results: Record<string, unknown> = {
      initialize: {
        protocolVersion: "2024-11-05",
        capabilities: { tools: {} },
        serverInfo: { name: "n", version: "1" },
      },
      "tools/list": { tools: [STATUS], nextCursor: "" },
      "tools/call": { content: [{ type: "text", text: '{"volume":70}' }], isError: false },
    };
    const result = results[String(payload["method"])];
    device.send({ session_id: "", type: "mcp", payload: { jsonrpc: "2.0", id: payload["id"], result } });
  });
}

test("0.1 hello, MCP, and a text turn", async () => {
  const device = await connect({ script: { rounds: ["😆你好呀！今天天气很好。"], msPerCharacter: 300 } });
  serveMcp(device);
  await device.hello({ mcp: true });
  // The hello is answered at once; the reference first waits for the device's settings. The list follows without its
  // pause of a second.
  assert.ok((device.wire[0]?.at ?? 99) <= 10);
  device.detect("讲个笑话");
  await device.advance(10_000);
  assertTrace(device, [
    hello(),
    INITIALIZE,
    LIST,
    stt("讲个笑话"),
    start,
    llm("😆", "laughing"),
    sentence("你好呀"),
    "frames",
    sentence("今天天气很好"),
    "frames",
    stop,
  ]);
  const last = device.wire.findLast(({ packet }) => packet)?.at ?? 0;
  assert.equal(Math.round(timeOf(device, '"stop"') - last), 420);
  const second = device.wire.findIndex(({ text }) => text?.includes("今天天气很好"));
  assert.ok(device.wire[second - 1]?.packet, "a sentence is announced when the last frame of the one before has left");
  assert.equal(device.wire[second - 1]?.at, device.wire[second]?.at);
  for (const { payload, type, session_id } of messagesOf(device)) {
    if (payload) assert.deepEqual([type, session_id], ["mcp", undefined]);
  }
});

test("0.2 an empty hello is answered with the server's own sound, and no MCP follows", async () => {
  const device = await connect();
  device.send('{"type":"hello"}');
  await device.advance(5_000);
  assertTrace(device, [hello({ format: "opus", sample_rate: 24000, channels: 1, frame_duration: 60 })]);
});

test("0.3 a tool of the device inside a turn", async () => {
  const call = { id: "a", name: "self_get_device_status", arguments: {} };
  const device = await connect({ script: { rounds: [[{ type: "tool-call", call }], "音量是七十。"] } });
  serveMcp(device);
  await device.hello({ mcp: true });
  device.detect("音量多少");
  await device.advance(5_000);
  assertTrace(device, [
    hello(),
    INITIALIZE,
    LIST,
    stt("音量多少"),
    start,
    stt("% self_get_device_status"),
    // The reference begins its ids anew at 1 here; ours go on, so that no late answer meets the wrong request.
    {
      type: "mcp",
      payload: {
        jsonrpc: "2.0",
        id: 3,
        method: "tools/call",
        params: { name: "self.get_device_status", arguments: {} },
      },
    },
    happy,
    sentence("音量是七十"),
    "frames",
    stop,
  ]);
});

test("0.4 a wake word with kept replies", async () => {
  const device = await connect({ env: { XIAOZHI_WAKEUP_REPLIES: '["我在这里哦！"]' }, script: { heard: ["关灯"] } });
  await device.hello();
  device.detect("你好小智");
  await device.advance(5_000);
  assertTrace(device, [hello(), start, sentence("我在这里哦！"), "frames", stop]);
  // The reference throws the next two seconds of sound away; ours hears them.
  device.detect("你好小智");
  device.listen("start", "auto");
  device.talk(900, 900);
  await device.advance(3_000);
  assert.ok(messagesOf(device).some(({ text }) => text === "关灯"));
});

test("0.5 the exit tool says goodbye and closes right after stop", async () => {
  const call = { id: "a", name: "handle_exit_intent", arguments: { say_goodbye: "再见。" } };
  const device = await connect({ script: { rounds: [[{ type: "tool-call", call }]] } });
  await device.hello();
  device.detect("拜拜");
  await device.advance(5_000);
  assertTrace(device, [hello(), stt("拜拜"), start, stt("% handle_exit_intent"), sentence("再见"), "frames", stop]);
  assert.equal(device.end?.code, 1000);
  assert.ok((device.end?.at ?? 0) - timeOf(device, '"stop"') <= 1);
});

test("0.5 an exit command closes at once, without stop", async () => {
  const device = await connect();
  await device.hello();
  device.detect("退出。");
  await device.advance(10);
  assertTrace(device, [hello(), stt("退出"), start]);
  assert.equal(device.end?.code, 1000);
});

test("0.6 an abort in mid-speech", async () => {
  const device = await connect({ script: { rounds: ["很长的一句话说了很久很久。", "好的。"], msPerCharacter: 300 } });
  await device.hello();
  device.detect("讲故事");
  await device.advance(1_000);
  const abortedAt = device.wire.length;
  device.send({ session_id: "", type: "abort" });
  await device.advance(5_000);
  // The reference sends a second stop 420 ms later; one is enough.
  assert.deepEqual(
    device.wire.slice(abortedAt).map(({ text }) => JSON.parse(text ?? "{}").state),
    ["stop"],
  );
  device.detect("你好");
  await device.advance(5_000);
  const speech = sentence("很长的一句话说了很久很久");
  assertTrace(device, [
    ...[hello(), stt("讲故事"), start, happy, speech, "frames" as const, stop],
    ...[stt("你好"), start, happy, sentence("好的"), "frames" as const, stop],
  ]);
});

test("0.7 a second detect while speaking, in auto mode", async () => {
  const device = await connect({ script: { rounds: ["很长的一句话说了很久很久。", "好的。"], msPerCharacter: 300 } });
  await device.hello();
  device.detect("一");
  await device.advance(1_000);
  device.detect("二");
  await device.advance(10_000);
  assertTrace(device, [
    ...[hello(), stt("一"), start, happy, sentence("很长的一句话说了很久很久"), "frames" as const, stop],
    ...[stt("二"), start, happy, sentence("好的"), "frames" as const, stop],
  ]);
});

test("0.8 manual mode: stop begins the turn, and a start while speaking interrupts nothing", async () => {
  const script = { heard: ["一"], rounds: ["很长的一句话说了很久很久。"], msPerCharacter: 300 };
  const device = await connect({ script });
  await device.hello();
  device.listen("start", "manual");
  device.talk(600, 1_200);
  await device.advance(2_000);
  assertTrace(device, [hello()]);
  device.listen("stop");
  await device.advance(1_000);
  device.listen("start", "manual");
  await device.advance(10_000);
  assertTrace(device, [
    ...[hello(), stt("一"), start, happy, sentence("很长的一句话说了很久很久"), "frames" as const, stop],
  ]);
  assert.ok(frameTimes(device).length > 60, "it was said to its end");
});

for (const mode of ["auto", "realtime"]) {
  test(`0.9 two utterances in ${mode} mode: two turns, the second cuts the first`, async () => {
    const script = { heard: ["一", "二"], rounds: ["很长的一句话说了很久很久。", "好的。"], msPerCharacter: 300 };
    // The voice alone would interrupt in realtime mode, before there are words; the reference waits for them.
    const device = await connect({ script, env: { XIAOZHI_TURN_VOICE_INTERRUPTS: "false" } });
    await device.hello();
    device.listen("start", mode);
    device.talk(900, 1_200);
    await device.advance(2_100);
    device.talk(900, 1_200);
    await device.advance(10_000);
    assertTrace(device, [
      ...[hello(), stt("一"), start, happy, sentence("很长的一句话说了很久很久"), "frames" as const, stop],
      ...[stt("二"), start, happy, sentence("好的"), "frames" as const, stop],
    ]);
  });
}

test("0.10 silence: an end prompt that nobody sees, its answer, stop, close", async () => {
  const env = { XIAOZHI_CLOSE_CONNECTION_NO_VOICE_TIME: "20", XIAOZHI_END_PROMPT_PROMPT: "结束对话" };
  const device = await connect({ script: { rounds: ["时间过得真快。"] }, env });
  await device.hello();
  device.listen("start", "auto");
  device.talk(0, 24_000);
  await device.advance(30_000);
  assertTrace(device, [hello(), start, happy, sentence("时间过得真快"), "frames", stop]);
  assert.equal(device.world.stages.asked[0]?.messages.at(-1)?.content, "结束对话");
  assert.equal(device.end?.code, 1000);
  assert.ok(Math.abs(timeOf(device, '"start"') - 20_000) < 200);
});

test("0.10 a device that sends no sound is closed by the second timer", async () => {
  const device = await connect({ env: { XIAOZHI_CLOSE_CONNECTION_NO_VOICE_TIME: "20" } });
  await device.hello();
  await device.advance(79_000);
  const atFirst = device.end;
  await device.advance(11_000);
  assertTrace(device, [hello()]);
  assert.deepEqual([atFirst, device.end?.code], [undefined, 1000]);
});

test("0.11 a gateway's frames have a header of 16 bytes, both ways", async () => {
  const device = await connect({ path: "/xiaozhi/v1/?from=mqtt_gateway", script: { heard: ["你好"] } });
  device.send({ type: "hello", version: 2, features: {}, transport: "websocket", audio_params: AUDIO });
  device.listen("start", "manual");
  for (let count = 0; count < 10; count++) {
    const header = Buffer.alloc(16);
    header.writeUInt32BE(1_000 * count, 8);
    header.writeUInt32BE(voice.byteLength, 12);
    device.send(Buffer.concat([header, voice]));
  }
  device.listen("stop");
  await device.advance(5_000);
  assertTrace(device, [hello(), stt("你好"), start, happy, sentence("OK"), "frames", stop]);
  const framesFrom = (at: number) => device.wire.slice(at).flatMap(({ packet }) => packet ?? []);
  const check = (packet: Buffer, index: number) => {
    const bytes = packet.byteLength - 16;
    assert.deepEqual([packet[0], packet[1], packet.readUInt16BE(2)], [1, 0, bytes]);
    assert.deepEqual([packet.readUInt32BE(4), packet.readUInt32BE(12)], [index, bytes]);
  };
  framesFrom(0).forEach(check);
  const second = device.wire.length;
  device.detect("再见");
  await device.advance(5_000);
  assert.ok(framesFrom(second).length > 1);
  framesFrom(second).forEach(check);
});
