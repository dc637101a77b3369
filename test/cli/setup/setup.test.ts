import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { readWav } from "../../../host-server/audio/wav.ts";
import { KEY, startVoiceService } from "./voice-service.ts";

const MAIN = join(import.meta.dirname, "../../../cli/main.ts");

function setUp(args: readonly string[], env: { readonly [name: string]: string }) {
  return new Promise<{ status: number | string; output: string }>((resolve) => {
    execFile(process.execPath, [MAIN, "setup", ...args], { env: { ...process.env, ...env } }, (error, out, err) =>
      resolve({ status: error?.code ?? 0, output: out + err }),
    );
  });
}

test("without a terminal a service is tried and written, and its key is not shown", async (t) => {
  const { url } = await startVoiceService(t);
  const folder = mkdtempSync(join(tmpdir(), "xiaozhi-setup-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const config = join(folder, ".config.yaml");
  writeFileSync(config, "# mine\nvad:\n  use: webrtc\n");
  const options = [
    "--config",
    config,
    "--yes",
    "--language",
    "zh",
    "--llm",
    "other",
    "--url",
    url,
    "--model",
    "qwen-plus",
  ];

  const { status, output } = await setUp(options, { XIAOZHI_SETUP_KEY: KEY });
  assert.equal(status, 0, output);
  assert.match(output, /听到: “今天天气很好，我们一起去公园散步吧。”/);
  assert.ok(!output.includes(KEY));
  const written = readFileSync(config, "utf8");
  assert.match(written, /^# mine\nvad:\n {2}use: webrtc\n/);
  assert.equal(parse(written).tts.openai.api_key, KEY);
  assert.ok(readWav(readFileSync(join(folder, "setup.wav"))).pcm.length > 0);
  assert.equal(existsSync(`${config}.draft`), false);
});
