import assert from "node:assert/strict";
import { test } from "node:test";
import type { LlmEvent } from "../../../host-server/providers/llm.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { createWorld } from "../fakes/world.ts";

const STATUS = {
  name: "self.get_device_status",
  description: "See self.reboot.",
  inputSchema: { type: "object", properties: {} },
};
const REBOOT = {
  name: "self.reboot",
  description: "",
  inputSchema: { type: "object", properties: {} },
  annotations: { audience: ["user"] },
};
const VOLUME = {
  name: "self.audio_speaker.set_volume",
  description: "",
  inputSchema: { type: "object", properties: {} },
};

function call(name: string, args: Record<string, unknown> = {}, id = "call_1"): LlmEvent {
  return { type: "tool-call", call: { id, name, arguments: args } };
}

/** A device with two pages of tools; calls are answered by `onCall`, or not at all. */
function mcpDevice(onCall?: (params: JsonObject) => unknown) {
  return (method: string, params: JsonObject | undefined): unknown => {
    if (method === "initialize") return { protocolVersion: "2024-11-05", capabilities: {}, serverInfo: {} };
    if (method === "tools/list") {
      if (params?.["cursor"] === "page2") return { tools: [REBOOT, VOLUME], nextCursor: "" };
      return { tools: [STATUS], nextCursor: "page2" };
    }
    return onCall?.(params ?? {});
  };
}

test("MCP opens with the reference's messages and reads every page", async () => {
  const { connect, stages, clock } = createWorld();
  const device = await connect({ features: { mcp: true }, mcp: mcpDevice() });
  assert.deepEqual(device.trace, ["hello", "mcp 1 initialize", "mcp 2 tools/list", "mcp 3 tools/list"]);
  assert.deepEqual(device.messages[1], {
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
  });
  assert.deepEqual(device.messages[2], { type: "mcp", payload: { jsonrpc: "2.0", id: 2, method: "tools/list" } });
  device.detect("你好");
  await clock.advance(3_000);
  const names = stages.asked[0]?.tools.map(({ name }) => name);
  assert.equal(names?.[0], "handle_exit_intent");
  assert.deepEqual(names?.slice(-2), ["self_get_device_status", "self_audio_speaker_set_volume"]);
});

test("a tool call is shown, made with the tool's own name, and its result spoken about", async () => {
  const { connect, clock, stages, turns } = createWorld({ rounds: [[call("self_get_device_status")], "音量是五十。"] });
  const calls: JsonObject[] = [];
  const mcp = mcpDevice((params) => {
    calls.push(params);
    return { content: [{ type: "text", text: '{"volume":50}' }], isError: false };
  });
  const device = await connect({ features: { mcp: true }, mcp });
  device.detect("音量多少");
  await clock.advance(5_000);
  assert.deepEqual(device.trace.slice(4), [
    "stt 音量多少",
    "tts start",
    "stt % self_get_device_status",
    "mcp 4 tools/call",
    "llm happy",
    "sentence 音量是五十",
    "frames",
    "tts stop",
  ]);
  assert.deepEqual(calls, [{ name: "self.get_device_status", arguments: {} }]);
  assert.deepEqual(stages.asked[1]?.messages.slice(-2), [
    { role: "assistant", content: "", toolCalls: [{ id: "call_1", name: "self_get_device_status", arguments: {} }] },
    { role: "tool", content: '{"volume":50}', toolCallId: "call_1" },
  ]);
  assert.deepEqual(turns[0]?.tools, [{ name: "self_get_device_status", arguments: {}, result: '{"volume":50}' }]);
});

test("a tool that does not answer becomes a result after the time-out", async () => {
  const script = { rounds: [[call("self_get_device_status")], "没有回答。"] };
  const { connect, clock, turns, stages } = createWorld(script, { XIAOZHI_TOOL_CALL_TIMEOUT: "2" });
  const device = await connect({ features: { mcp: true }, mcp: mcpDevice() });
  device.detect("音量多少");
  await clock.advance(1_500);
  assert.equal(device.trace.at(-1), "mcp 4 tools/call");
  await clock.advance(3_000);
  assert.deepEqual(device.trace.slice(-4), ["llm happy", "sentence 没有回答", "frames", "tts stop"]);
  assert.match(turns[0]?.tools[0]?.result ?? "", /no answer within 2 s/);
  assert.equal(stages.asked[1]?.messages.at(-1)?.role, "tool");
});

test("an error of the device, and a tool that does not exist, are results too", async () => {
  const script = { rounds: [[call("self_get_device_status"), call("fly", {}, "call_2")], "不行。"] };
  const { connect, clock, turns } = createWorld(script);
  const mcp = mcpDevice(() => ({ content: [{ type: "text", text: "broken" }], isError: true }));
  const device = await connect({ features: { mcp: true }, mcp });
  device.detect("飞");
  await clock.advance(5_000);
  assert.deepEqual(
    turns[0]?.tools.map(({ result }) => result),
    ["broken", "There is no tool named fly."],
  );
  assert.equal(device.trace.at(-1), "tts stop");
});

test("after five rounds of tools the model has to answer without them", async () => {
  const { connect, clock, stages } = createWorld({ rounds: [...Array(5).fill([call("fly")]), "好吧。"] });
  const device = await connect();
  device.detect("飞");
  await clock.advance(5_000);
  assert.equal(stages.asked.length, 6);
  assert.deepEqual(stages.asked[5]?.tools, []);
  assert.deepEqual(device.trace.slice(-4), ["llm happy", "sentence 好吧", "frames", "tts stop"]);
});

test("the exit tool says goodbye without another round and closes after stop", async () => {
  const { connect, clock, stages } = createWorld({ rounds: [[call("handle_exit_intent", { say_goodbye: "再见！" })]] });
  const device = await connect();
  device.detect("拜拜");
  await clock.advance(5_000);
  assert.deepEqual(device.trace.slice(1), [
    "stt 拜拜",
    "tts start",
    "stt % handle_exit_intent",
    "sentence 再见",
    "frames",
    "tts stop",
  ]);
  assert.equal(stages.asked.length, 1);
  assert.equal(device.closedAt, device.received.at(-1)?.at);
});

test("an abort cancels the pending close", async () => {
  const rounds = [[call("handle_exit_intent", { say_goodbye: "再见，祝你今天过得愉快！" })]];
  const { connect, clock } = createWorld({ rounds, msPerCharacter: 300 });
  const device = await connect();
  device.detect("拜拜");
  await clock.advance(500);
  device.send({ type: "abort" });
  await clock.advance(10_000);
  assert.equal(device.closedAt, undefined);
});

test("an abort while a tool runs leaves a conversation that models accept", async () => {
  const { connect, clock, stages } = createWorld({ rounds: [[call("self_get_device_status")], "好的。"] });
  const device = await connect({ features: { mcp: true }, mcp: mcpDevice() });
  device.detect("音量多少");
  await clock.advance(500);
  device.send({ type: "abort" });
  device.detect("你好");
  await clock.advance(3_000);
  const messages = stages.asked[1]?.messages ?? [];
  assert.deepEqual(
    messages.slice(1).map(({ role }) => role),
    ["user", "user"],
  );
  assert.ok(messages.every(({ toolCalls }) => toolCalls === undefined));
});

test("tools that a device changes are read anew; changes while they are read, once more at the end", async () => {
  const { connect, clock, stages } = createWorld();
  const changed = { type: "mcp", payload: { jsonrpc: "2.0", method: "notifications/tools/list_changed" } };
  const lists = [[STATUS], [STATUS], [STATUS, VOLUME]];
  const device = await connect();
  device.mcp = (method) => {
    if (method === "initialize") return { serverInfo: {} };
    if (lists.length === 2) for (const message of [changed, changed]) device.send(message);
    return { tools: lists.shift() };
  };
  device.hello({ mcp: true });
  await clock.advance(10);
  device.send(changed);
  await clock.advance(10);
  device.detect("hi");
  await clock.advance(3_000);
  assert.deepEqual(
    device.trace.filter((line) => line.startsWith("mcp")),
    ["mcp 1 initialize", "mcp 2 tools/list", "mcp 3 tools/list", "mcp 4 tools/list"],
  );
  assert.ok(stages.asked[0]?.tools.some(({ name }) => name === "self_audio_speaker_set_volume"));
});

test("a tool may have nothing said and something kept", async () => {
  const { connect, clock, stages } = createWorld({ rounds: [[call("self_get_device_status")], "OK."] });
  const result = { action: "RECORD", response: "Playing a song." };
  const mcp = mcpDevice(() => ({ content: [{ type: "text", text: JSON.stringify(result) }] }));
  const device = await connect({ features: { mcp: true }, mcp });
  device.detect("play a song");
  await clock.advance(3_000);
  assert.deepEqual(device.trace.slice(-2), ["mcp 4 tools/call", "tts stop"]);
  device.detect("thanks");
  await clock.advance(3_000);
  const { role, content } = stages.asked[1]?.messages.at(-2) ?? {};
  assert.deepEqual([role, content], ["assistant", "Playing a song."]);
});

test("a change of role lasts for the rest of the conversation", async () => {
  const script = { rounds: [[call("change_role", { role: "English teacher", role_name: "Lily" })], "Hello!"] };
  const { connect, clock, stages, turns } = createWorld(script);
  const device = await connect();
  device.detect("be my English teacher");
  await clock.advance(8_000);
  device.detect("hi");
  await clock.advance(3_000);
  assert.equal(turns[0]?.said, "All right, I am Lily, your English teacher, from now on.");
  assert.match(stages.asked.at(-1)?.messages[0]?.content ?? "", /^You are Lily/);
  const other = await connect({ id: "11:22:33:44:55:77" });
  other.detect("hi");
  await clock.advance(3_000);
  assert.doesNotMatch(stages.asked.at(-1)?.messages[0]?.content ?? "", /Lily/);
});
