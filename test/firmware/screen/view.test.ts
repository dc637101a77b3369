import assert from "node:assert/strict";
import { test } from "node:test";
import { createWorld, type WorldOptions } from "../world.ts";
import { play } from "./screen-rig.ts";

const SIZE = { width: 240, height: 240 };

/** A device with a screen, ready, and what its screen is like. */
async function createViewer(options: WorldOptions = {}) {
  const world = await createWorld({ board: "simulator-screen", ...options });
  const { clock, device } = world;
  const pixels = async () => {
    await clock.advance(100);
    return device.hardware.screen.rgb();
  };
  /** The screen is as if a program had shown exactly this. */
  const shows = async (show: string, theme: "light" | "dark" = "light") => {
    const { image } = await play({ ...SIZE, theme, show });
    assert.ok(Buffer.from(await pixels()).equals(image.rgb()), `the screen does not show: ${show}`);
  };
  /** Answers version checks with these members beside the address of the WebSocket. */
  const answer = (members: object) => {
    const { server_time: _, ...known } = JSON.parse(world.server.ota.body) as { server_time: unknown };
    world.server.ota = { status: 200, body: JSON.stringify({ ...known, ...members }) };
  };
  return { ...world, answer, pixels, shows };
}

const bar = (text: string, more = "") =>
  `screen.showBar({ text: ${JSON.stringify(text)}, signal: 3, isMuted: false ${more} });`;

test("states, words and faces of a conversation are on the screen, and gone at its end", async () => {
  const { boot, listen, server, device, clock, shows } = await createViewer();
  await boot();
  await shows(bar("Standby"));
  await listen();
  await shows(bar("Listening..."));
  server.send({ type: "stt", text: "今天天气怎么样" });
  await shows(`${bar("Listening...")} screen.showChat("user", "今天天气怎么样");`);
  server.send({ type: "tts", state: "start" });
  server.send({ type: "llm", emotion: "happy" });
  server.send({ type: "tts", state: "sentence_start", text: "It is sunny." });
  await shows(`${bar("Speaking...")} screen.showEmotion("happy"); screen.showChat("assistant", "It is sunny.");`);
  server.send({ type: "tts", state: "stop" });
  await clock.run(device.reached("listening"));
  await shows(`${bar("Listening...")} screen.showChat("assistant", "It is sunny.");`);
  device.click();
  await clock.run(device.reached("idle"));
  await shows(bar("Standby"));
});

test("in Chinese the states are Chinese", async () => {
  const { boot, shows, server } = await createViewer();
  await boot();
  const { device, clock, lines } = await createWorld({
    board: "simulator-screen",
    config: { otaUrl: server.otaUrl, language: "zh-CN" },
  });
  device.start();
  await clock.run(device.reached("idle"));
  assert.deepEqual(
    lines.filter((line) => line.startsWith("error")),
    [],
  );
  await clock.advance(100);
  const { image } = await play({ ...SIZE, show: bar("待命") });
  assert.ok(Buffer.from(device.hardware.screen.rgb()).equals(image.rgb()));
  await shows(bar("Standby"));
});

test("after ten seconds at rest the time stands in the bar, in the zone that the server told", async () => {
  const { boot, answer, clock, shows } = await createViewer();
  answer({ server_time: { timestamp: Date.UTC(2026, 10, 21, 23, 58, 40), timezone_offset: 480 } });
  await boot();
  await shows(bar("Standby"));
  await clock.advance(10_000);
  await shows(bar("07:58"));
  await clock.advance(60_000);
  await shows(bar("07:59"));
});

test("a device that does not know the time goes on showing its state", async () => {
  const { boot, answer, clock, shows } = await createViewer();
  answer({});
  await boot();
  await clock.advance(30_000);
  await shows(bar("Standby"));
});

test("volume and brightness are told for three seconds, and a mute device says so", async () => {
  const { boot, listen, server, clock, shows } = await createViewer();
  await boot();
  await listen();
  const call = (id: number, name: string, args: object) =>
    server.send({
      type: "mcp",
      payload: { jsonrpc: "2.0", id, method: "tools/call", params: { name, arguments: args } },
    });
  call(1, "self.audio_speaker.set_volume", { volume: 35 });
  await shows(bar("Volume 35%"));
  call(2, "self.screen.set_brightness", { brightness: 20 });
  await shows(bar("Brightness 20%"));
  await clock.advance(3000);
  await shows(bar("Listening..."));
  call(3, "self.audio_speaker.set_volume", { volume: 0 });
  await clock.advance(3100);
  await shows(bar("Listening...", ", isMuted: true"));
});

test("the theme changes at once, is kept over a restart, and stands in the status", async () => {
  const { boot, listen, server, clock, device, shows } = await createViewer();
  await boot();
  await listen();
  const call = (id: number, name: string, args: object) =>
    server.send({
      type: "mcp",
      payload: { jsonrpc: "2.0", id, method: "tools/call", params: { name, arguments: args } },
    });
  call(1, "self.screen.set_theme", { theme: "dark" });
  await shows(bar("Listening..."), "dark");
  call(2, "self.get_device_status", {});
  await clock.advance(100);
  const status = server.messages.map((message) => JSON.stringify(message)).find((text) => text.includes("brightness"));
  assert.match(status ?? "", /\\"theme\\":\\"dark\\"/);
  device.restart();
  await clock.run(device.reached("idle"));
  await shows(bar("Standby"), "dark");
});

test("an activation code is large until the device is activated", async () => {
  const { answer, device, clock, shows } = await createViewer();
  answer({ activation: { code: "123456", message: "xiaozhi.example\n123456", challenge: "sign me" } });
  device.start();
  await clock.run(device.reached("activating"));
  await clock.advance(500);
  await shows(`${bar("Activating")} screen.showNotice({ kind: "code", code: "123456", text: "xiaozhi.example" });`);
});

test("an alert is shown with its picture, and leaves a device at rest after half a minute", async () => {
  const { boot, listen, answer, server, device, clock, shows } = await createViewer();
  answer({});
  await boot();
  await listen();
  server.send({ type: "alert", status: "Warning", message: "The door is open", emotion: "warning" });
  await shows(
    `${bar("Listening...")} screen.showEmotion("warning"); screen.showChat("system", "Warning: The door is open");`,
  );
  server.close(1011);
  await clock.run(device.reached("idle"));
  await clock.advance(31_000);
  await shows(bar("Standby"));
});

test("weak and absent networks show in the bar within ten seconds", async () => {
  const { boot, answer, clock, device, shows } = await createViewer();
  answer({});
  await boot();
  device.hardware.status.RSSI = -80;
  await clock.advance(10_000);
  await shows(`screen.showBar({ text: "Standby", signal: 1, isMuted: false });`);
  device.hardware.status.IP = "0.0.0.0";
  await clock.advance(10_000);
  await shows(`screen.showBar({ text: "Standby", signal: 0, isMuted: false });`);
});

test("the round screen of a real board shows a conversation inside its circle", async () => {
  const { boot, listen, server, clock, device, lines } = await createWorld({ board: "movecall-moji-esp32s3" });
  await boot();
  await listen();
  server.send({ type: "stt", text: "What is the weather like in Hangzhou?" });
  await clock.advance(300);
  assert.deepEqual(
    lines.filter((line) => !line.startsWith("info")),
    [],
  );
  const { screen } = device.hardware;
  const rgb = screen.rgb();
  let ink = 0;
  for (let at = 0; at < 240 * 240; at++) {
    if (rgb[at * 3 + 2] === 255) continue;
    ink++;
    const distance = Math.hypot((at % 240) + 0.5 - 120, Math.floor(at / 240) + 0.5 - 120);
    assert.ok(distance <= 120, `ink at ${at % 240}, ${Math.floor(at / 240)}`);
  }
  assert.ok(ink > 1000);
});
