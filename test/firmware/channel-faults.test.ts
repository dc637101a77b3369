import assert from "node:assert/strict";
import { test } from "node:test";
import { toneFrames } from "./scripted-server.ts";
import { createWorld } from "./world.ts";

const alerts = (lines: readonly string[]) => lines.filter((line) => line.includes("alert"));

test("no hello: after 10 s idle again, and the user is told", async () => {
  const { clock, server, device, lines, boot } = await createWorld();
  await boot();
  server.hello = undefined;
  device.click();
  await clock.run(device.reached("connecting"));
  const from = clock.now();
  await clock.run(device.reached("idle"));
  const waited = clock.now() - from;
  assert.ok(waited >= 10_000 && waited < 10_500, `${waited} ms`);
  assert.match(alerts(lines)[0] ?? "", /Waiting for response timeout/);
  await clock.advance(100);
  assert.equal(server.openSockets, 0);
});

test("a hello for another transport is refused, the right one after it opens the channel", async () => {
  const { clock, server, device, lines, boot } = await createWorld();
  await boot();
  server.hello = { type: "hello", transport: "udp" };
  device.click();
  await clock.run(device.reached("connecting"));
  await clock.advance(200);
  assert.equal(device.state, "connecting");
  assert.ok(lines.some((line) => line.includes("hello refused transport=udp")));
  server.sendText('{"type":"hello"}');
  await clock.advance(50);
  assert.equal(device.state, "connecting");
  assert.ok(lines.some((line) => line.includes("hello.transport: expected a string, got nothing")));
  server.send({ type: "hello", transport: "websocket" });
  await clock.run(device.reached("listening"));
});

test("a server that refuses the connection: idle, and the user is told", async () => {
  const { clock, network, device, lines, boot } = await createWorld();
  await boot();
  network.refuse("server.test", 8000);
  device.click();
  await clock.run(device.reached("connecting"));
  await clock.run(device.reached("idle"));
  assert.match(alerts(lines)[0] ?? "", /Unable to connect to service/);
});

test("a server that swallows the upgrade: idle after 10 s", async () => {
  const { clock, server, device, lines, boot } = await createWorld();
  await boot();
  server.answersUpgrades = false;
  device.click();
  await clock.run(device.reached("connecting"));
  const from = clock.now();
  await clock.run(device.reached("idle"));
  assert.ok(clock.now() - from < 10_500);
  assert.equal(alerts(lines).length, 1);
});

test("a malformed message is named in the log, and the conversation goes on", async () => {
  const { clock, server, device, lines, boot, listen } = await createWorld();
  await boot();
  await listen();
  const bad: [text: string, named: RegExp][] = [
    ["", /text: expected JSON/],
    ["nonsense", /expected JSON, got "nonsense"/],
    ["42", /message: expected an object, got 42/],
    ["{}", /message\.type: expected a string, got nothing/],
    ['{"type":"tts"}', /tts\.state: expected a string/],
    ['{"type":"mcp","payload":7}', /mcp\.payload: expected an object, got 7/],
    [`{"type":${"[".repeat(5000)}`, /nested deeper than 24 levels/],
    [`{"type":"mcp","payload":{"list":[${"0,".repeat(700)}0]}}`, /expected at most 400 values/],
    ['{"type":"dance"}', /message ignored type=dance/],
  ];
  for (const [text, named] of bad) {
    const before = lines.length;
    server.sendText(text);
    await clock.advance(20);
    assert.match(lines.slice(before).join("\n"), named);
  }
  server.sendBinary(new Uint8Array(0));
  server.sendBinary(new Uint8Array(8000));
  server.sendText("x".repeat(40_000));
  await clock.advance(100);
  assert.ok(lines.some((line) => line.includes("audio refused") && line.includes("got 0 bytes")));
  assert.ok(lines.some((line) => line.includes("audio refused") && line.includes("got 8000")));
  assert.ok(lines.some((line) => line.includes("message dropped: too long bytes=40000")));
  assert.equal(device.state, "listening");
  assert.equal(device.stats.crashes, 0);
  server.send({ type: "tts", state: "start" });
  server.speak([new Uint8Array([0xff, 0xff, 0xff]), ...toneFrames(300)]);
  await clock.advance(600);
  assert.ok(lines.some((line) => line.includes("audio packet dropped")));
  assert.notEqual(device.speaker.firstAudibleAt, undefined, "the good frames are heard");
});

test("a channel that was silent for two minutes is replaced, and its late close does not end the new session", async () => {
  const { clock, network, server, device, boot } = await createWorld();
  await boot();
  device.press();
  await clock.run(device.reached("listening"));
  device.release();
  await clock.run(device.reached("idle"));
  await clock.advance(125_000);
  assert.equal(device.state, "idle");
  device.click();
  await clock.run(device.reached("listening"));
  assert.equal(server.upgrades.length, 2);
  await clock.advance(2000);
  assert.equal(device.state, "listening");
  assert.equal(server.openSockets, 1);
  network.cut({ port: 8000 });
  await clock.run(device.reached("idle"));
});

test("a click while connecting is ignored", async () => {
  const { clock, server, device, boot } = await createWorld();
  await boot();
  server.hello = undefined;
  device.click();
  await clock.run(device.reached("connecting"));
  device.click();
  await clock.advance(300);
  assert.equal(device.state, "connecting");
  server.send({ type: "hello", transport: "websocket" });
  await clock.run(device.reached("listening"));
});
