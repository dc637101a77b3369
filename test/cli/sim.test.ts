import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { describeReady } from "../../cli/sim/ready-line.ts";
import { run } from "../../cli/sim.ts";
import { readWav } from "../../host-server/audio/wav.ts";
import { RealClock } from "../../simulator/clock.ts";
import { HostNetwork } from "../../simulator/host-network.ts";
import { EchoServer } from "../simulator/echo-server.ts";

/** What the command printed while `work` ran. */
async function printed(context: TestContext, work: () => Promise<number>): Promise<{ status: number; text: string }> {
  const lines: string[] = [];
  context.mock.method(console, "log", (line: string) => lines.push(line));
  context.mock.method(console, "error", (line: string) => lines.push(line));
  const status = await work();
  context.mock.reset();
  return { status, text: lines.join("\n") };
}

async function startServer(context: TestContext): Promise<EchoServer> {
  const server = new EchoServer(new RealClock());
  context.after(() => server.close());
  await server.join(new HostNetwork(), "127.0.0.1", { ota: 0, gateway: 0 });
  return server;
}

test("a sentence is spoken to a device over the host's network, and its answer is recorded", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "sim-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const server = await startServer(context);
  const say = ["--say", "hello, who is there and what can you do", "--server", server.otaUrl];
  const files = ["--record", join(folder, "answer.wav"), "--settings", join(folder, "settings")];
  const { status, text } = await printed(context, () => run([...say, ...files]));
  assert.equal(status, 0, text);
  assert.match(text, /device: listening/);
  assert.match(text, /device: answer after \d+ ms, \d\.\d s long/);
  const { pcm, sampleRate } = readWav(readFileSync(join(folder, "answer.wav")));
  assert.equal(sampleRate, 24000);
  assert.ok(pcm.length > 24000 && pcm.some((sample) => Math.abs(sample) > 1000));
  assert.deepEqual(readdirSync(join(folder, "settings")), ["device-1.json"]);
});

test("a device is called by its wake word; one that has none says so", async (context) => {
  const server = await startServer(context);
  const args = ["--say", "hello, what can you do", "--wake", "ni hao xiao zhi", "--server", server.otaUrl];
  const woken = await printed(context, () => run([...args, "--board", "simulator-wake"]));
  assert.equal(woken.status, 0, woken.text);
  const deaf = await printed(context, () => run([...args, "--board", "bench/board"]));
  assert.equal(deaf.status, 1);
  assert.match(deaf.text, /no wake word: its board declares none/);
});

test("a device is called by its phrase alone, spoken to its microphone", async (context) => {
  const server = await startServer(context);
  const args = ["--say", "hello, what can you do", "--hear", "hey computer", "--server", server.otaUrl];
  const { status, text } = await printed(context, () => run(args));
  assert.equal(status, 0, text);
  assert.match(text, /device: answer after \d+ ms/);
});

test("several devices run until the time is over", async (context) => {
  const server = await startServer(context);
  const { status, text } = await printed(context, () =>
    run(["--count", "2", "--seconds", "3", "--server", server.otaUrl]),
  );
  assert.equal(status, 0, text);
  assert.match(text, /2 of 2 devices were ready/);
  assert.equal(server.otaRequests.length, 2);
});

test("what kept devices from being ready is said", () => {
  assert.equal(describeReady(2, []), "2 of 2 devices were ready");
  assert.equal(describeReady(0, ["wifi_configuring"]), "0 of 1 devices were ready; 1 was given no network");
  assert.match(
    describeReady(1, ["activating", "activating"]),
    /^1 of 3 devices were ready; 2 without an answer of the server/,
  );
});

test("without a server the command says what to do and fails", async (context) => {
  const { status, text } = await printed(context, () =>
    run(["--say", "hello", "--seconds", "1", "--server", "http://127.0.0.1:1/"]),
  );
  assert.equal(status, 1);
  assert.match(text, /Is a server running at http:\/\/127\.0\.0\.1:1\/\?/);
});

test("wrong options are explained", async (context) => {
  for (const [args, expected] of [
    [["--count", "none"], /--count: expected a whole number of at least 1, got "none"/],
    [["--say", "a", "--wav", "b"], /exclude each other/],
    [["--unknown"], /--unknown/],
    [["--hear", "hey"], /wake phrase: expected English words or pinyin of 6 letters or more, got "hey"/],
    [["--hear", "hey computer", "--wake", "hey computer"], /--wake and --hear exclude each other/],
  ] as const) {
    const { status, text } = await printed(context, () => run([...args]));
    assert.equal(status, 2);
    assert.match(text, expected);
    assert.match(text, /--help/);
  }
  const help = await printed(context, () => run(["--help"]));
  assert.equal(help.status, 0);
  assert.match(help.text, /--say TEXT/);
});

test("an unknown board and an unreadable recording are errors that name them", async () => {
  await assert.rejects(run(["--board", "no-such-board"]), { code: "manifest-invalid", message: /no-such-board/ });
  await assert.rejects(run(["--wav", import.meta.filename]), { code: "wav-format" });
});
