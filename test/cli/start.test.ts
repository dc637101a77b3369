import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readWav } from "../../host-server/audio/wav.ts";

const MAIN = join(import.meta.dirname, "../../cli/main.ts");

async function start(input: string, args: readonly string[] = []) {
  const folder = await mkdtemp(join(tmpdir(), "xiaozhi-start-"));
  const ports = { XIAOZHI_SERVER_PORT: "0", XIAOZHI_SERVER_HTTP_PORT: "0" };
  const env = { ...process.env, ...ports, XIAOZHI_SERVER_DISCOVERY: "false" };
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, "start", ...args], {
    cwd: folder,
    env,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += data));
  child.stdin.end(input);
  const [status] = await once(child, "exit");
  return { status, output, folder, clean: () => rm(folder, { recursive: true }) };
}

test("sentences from a pipe are spoken, understood and answered; the program ends after the last one", async () => {
  const { status, output, folder, clean } = await start("/wake\nSet the volume to eighty\nGoodbye\n");
  assert.equal(status, 0, output);
  assert.match(output, /you> \/wake\n {2}listening/);
  assert.match(output, /XiaoZhi XS is ready/);
  assert.match(output, /heard {4}set the volume to eighty/);
  assert.match(output, /self_audio_speaker_set_volume \{"volume":80\}/);
  assert.match(output, /said {5}The volume is now eighty percent\./);
  assert.match(output, /volume 70 → 80 %/);
  const { pcm } = readWav(await readFile(join(folder, "data/last-answer.wav")));
  assert.ok(pcm.some((sample) => Math.abs(sample) > 1000));
  const log = await readFile(join(folder, "data/server.log"), "utf8");
  assert.equal(log.split("turn finished").length - 1, 2);
  const settings = JSON.parse(await readFile(join(folder, "data/virtual-device.json"), "utf8"));
  assert.equal(settings.audio.output_volume.value, 80);
  await clean();
});

test("a board that does not exist is named, and the program ends", async () => {
  const { status, output, clean } = await start("Hello\n", ["--board", "no-such-board"]);
  assert.equal(status, 1);
  assert.match(output, /no-such-board/);
  await clean();
});

test("a configuration that is wrong is named, key and value", async () => {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, "start"], {
    cwd: tmpdir(),
    env: { ...process.env, XIAOZHI_SERVER_PORT: "loud" },
  });
  let output = "";
  child.stderr.on("data", (data) => (output += data));
  child.stdin.end();
  const [status] = await once(child, "exit");
  assert.equal(status, 1);
  assert.match(output, /server\.port.*"loud".*XIAOZHI_SERVER_PORT/);
  assert.doesNotMatch(output, /at .*\.ts:/, "no stack for what the user can mend");
});
