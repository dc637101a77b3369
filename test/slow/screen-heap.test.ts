import assert from "node:assert/strict";
import { globSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { test } from "node:test";
import type { ScreenShape } from "../../simulator/device/screen-image.ts";
import { pngFile } from "../firmware/screen/picture-files.ts";
import { createWorld } from "../firmware/world.ts";

const STORE = "10.0.0.77";
const ROOT = join(import.meta.dirname, "../..");

/** Of the manifest: what a device has for all its work. */
const CHUNK_BYTES = 192 * 1024;
const SLOTS = 5120;
/** A conversation with TLS and large messages needs what is left. */
const MOST_CHUNK_SHARE = 0.85;

const CHINESE = "从前有一只小狐狸，住在大森林的边上。每天早晨它都到河边去，每天晚上它都带回一个谁也不相信的故事。";

/** As large as the device takes one, and not to be packed. */
function photograph(): Buffer {
  let seed = 1;
  const noise = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed & 255;
  };
  return pngFile(146, 146, () => [noise(), noise(), noise()]);
}

/** A conversation in Chinese, all notices, a snapshot, a picture; gives the device's heaps at their fullest. */
async function work(screen: ScreenShape) {
  const world = await createWorld({ board: "simulator-screen", screen });
  const { network, boot, listen, clock, server, device, lines } = world;
  const file = photograph();
  assert.ok(file.length > 60_000 && file.length <= 65_536, `${file.length} bytes`);
  const http = createServer((request, response) => {
    request.resume();
    if (request.method === "GET") response.writeHead(200, { "Content-Length": file.length });
    response.end(request.method === "GET" ? file : "");
  });
  await network.listen(STORE, 80, (stream) => http.emit("connection", stream));
  await boot();
  await listen();
  const call = (id: number, name: string, args: object) => {
    const params = { name, arguments: args };
    server.send({ type: "mcp", payload: { jsonrpc: "2.0", id, method: "tools/call", params } });
  };
  server.send({
    type: "mcp",
    payload: { jsonrpc: "2.0", id: 9, method: "tools/list", params: { withUserTools: true } },
  });
  server.send({ type: "stt", text: CHINESE });
  server.send({ type: "tts", state: "start" });
  server.send({ type: "llm", emotion: "happy" });
  server.send({ type: "tts", state: "sentence_start", text: CHINESE.repeat(4) });
  await clock.advance(5000);
  call(10, "self.screen.snapshot", { url: `http://${STORE}/`, quality: 80 });
  await clock.advance(5000);
  call(11, "self.screen.preview_image", { url: `http://${STORE}/` });
  await clock.advance(15_000);
  const answers = server.messages.map((message) => JSON.stringify(message["payload"] ?? ""));
  for (const id of [10, 11]) assert.ok(answers.some((text) => text.includes(`"id":${id}`) && text.includes('"true"')));
  const { heap } = device.stats;
  device.close();
  assert.deepEqual(
    lines.filter((line) => line.startsWith("error")),
    [],
  );
  return { chunkBytes: heap?.chunkPeakAboveBaselineBytes ?? 0, slots: heap?.slotsPeakAboveBaseline ?? 0 };
}

test("on the largest screen words, a snapshot and a picture of 64 KB leave room in the heap", async (t) => {
  const { chunkBytes, slots } = await work({ width: 368, height: 448 });
  // Slots are collected when all are used: their peak says only that it was enough.
  t.diagnostic(`368 x 448: at most ${chunkBytes} of ${CHUNK_BYTES} bytes of chunks, ${slots} of ${SLOTS} slots`);
  assert.ok(chunkBytes > 60_000 && chunkBytes < CHUNK_BYTES * MOST_CHUNK_SHARE, `${chunkBytes} bytes of chunks`);
  assert.ok(slots > 500 && slots <= SLOTS, `${slots} slots`);
});

/** Half of a slot of 3.9 MB is code, the SDK and ESP-IDF. */
const MOST_FONT_BYTES = 2.5 * 1024 * 1024;

test("the fonts of each board with a screen leave room for its program", (t) => {
  const manifests = globSync("boards/**/manifest.json", { cwd: ROOT });
  let count = 0;
  for (const manifest of manifests) {
    const { include = [] } = JSON.parse(readFileSync(join(ROOT, manifest), "utf8")) as { include?: unknown[] };
    const fonts = include.filter((path): path is string => typeof path === "string" && path.includes("ui/fonts/"));
    if (fonts.length !== 1) continue;
    count++;
    const folder = dirname(join(ROOT, manifest));
    const list = join(folder, fonts[0] as string);
    const { data } = JSON.parse(readFileSync(list, "utf8")) as { data: { "*": string[] } };
    const bytes = data["*"].reduce((sum, name) => sum + statSync(join(dirname(list), `${name}.xzf`)).size, 0);
    t.diagnostic(`${dirname(manifest)}: ${Math.round(bytes / 1024)} KB of fonts`);
    assert.ok(bytes < MOST_FONT_BYTES, `${manifest}: ${bytes} bytes of fonts`);
  }
  assert.ok(count >= 5, `${count} boards with a screen`);
});
