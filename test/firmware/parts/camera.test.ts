import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import { test } from "node:test";
import fc from "fast-check";
import { initializeParams, readVision } from "../../../protocol/mcp.ts";
import { jpegFile } from "../screen/picture-files.ts";
import { createWorld, type WorldOptions } from "../world.ts";

const EYES = "10.0.0.77";
const URL = `http://${EYES}:8002/mcp/vision/explain`;
const PHOTO = new Uint8Array(jpegFile(64, 48, (x, y) => [x * 4, y * 5, 128]));
const ANSWER = '{"success":true,"action":"RESPONSE","response":"一只狐狸 in the garden"}';
/** Of the manifest. */
const CHUNK_BYTES = 192 * 1024;

interface Upload {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

interface Answer {
  readonly result?: { readonly content: readonly { readonly text: string }[] };
  readonly error?: { readonly message: string };
}

/** A device with a camera, and a server that explains photos. */
async function createEyes(options: WorldOptions = {}, answer: { status?: number; body?: string } = {}) {
  const world = await createWorld({ board: "simulator-camera", photo: PHOTO, ...options });
  const { network, boot, listen, clock, server } = world;
  const uploads: Upload[] = [];
  const http = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { method, url: path, headers } = request;
      uploads.push({ method, path, headers, body: Buffer.concat(parts) });
      response.writeHead(answer.status ?? 200).end(answer.body ?? ANSWER);
    });
  });
  await network.listen(EYES, 8002, (stream) => http.emit("connection", stream));
  await boot();
  await listen();
  let id = 0;
  const rpc = async (method: string, params: object): Promise<Answer> => {
    server.send({ type: "mcp", payload: { jsonrpc: "2.0", id: ++id, method, params } });
    await clock.advance(4000);
    const answers = server.messages.map((message) => message["payload"] as (Answer & { id?: number }) | undefined);
    return answers.findLast((payload) => payload?.id === id) ?? {};
  };
  const introduce = (token = "secret", url = URL) => rpc("initialize", initializeParams({ url, token }));
  const take = (question: unknown = "What is it?") =>
    rpc("tools/call", { name: "self.camera.take_photo", arguments: { question } });
  return { ...world, uploads, rpc, introduce, take };
}

/** What reference devices send, to the byte. */
function form(question: string, photo: Uint8Array): Buffer {
  const head =
    "------ESP32_CAMERA_BOUNDARY\r\n" +
    'Content-Disposition: form-data; name="question"\r\n\r\n' +
    `${question}\r\n` +
    "------ESP32_CAMERA_BOUNDARY\r\n" +
    'Content-Disposition: form-data; name="file"; filename="camera.jpg"\r\n' +
    "Content-Type: image/jpeg\r\n\r\n";
  return Buffer.concat([Buffer.from(head), photo, Buffer.from("\r\n------ESP32_CAMERA_BOUNDARY--\r\n")]);
}

test("a photo goes to the server that the device's server named, and its answer comes back word for word", async () => {
  const { uploads, introduce, take, device } = await createEyes();
  await introduce();
  const frames = device.hardware.screen.frames;
  assert.deepEqual((await take("这是什么？")).result?.content, [{ type: "text", text: ANSWER }]);
  const [upload] = uploads;
  assert.equal(`${upload?.method} ${upload?.path}`, "POST /mcp/vision/explain");
  assert.equal(upload?.headers["content-type"], "multipart/form-data; boundary=----ESP32_CAMERA_BOUNDARY");
  assert.equal(upload?.headers["device-id"], device.mac.toLowerCase());
  assert.match(String(upload?.headers["client-id"]), /^[0-9a-f-]{36}$/);
  assert.equal(upload?.headers.authorization, "Bearer secret");
  assert.deepEqual(upload?.body, form("这是什么？", PHOTO));
  assert.ok(device.hardware.screen.frames > frames, "the user sees the photo");
});

test("an empty token is not sent, and a server that says nothing of photos changes nothing", async () => {
  const { uploads, introduce, take, rpc } = await createEyes();
  await introduce("");
  await rpc("initialize", initializeParams());
  await take();
  assert.equal(uploads[0]?.headers.authorization, undefined);
});

test("what goes wrong is said to the model, and the next photo may succeed", async () => {
  const { uploads, introduce, take, device, lines } = await createEyes();
  const failure = async () => (await take()).error?.message ?? "";
  assert.equal(await failure(), "Image explain URL or token is not set");
  await introduce("secret", `http://${EYES}:8003/`);
  assert.match(await failure(), /^Failed to upload photo: connection failed/);
  await introduce("secret", "ftp://photos");
  assert.match(await failure(), /^Failed to upload photo: /);
  await introduce();
  device.hardware.photo = undefined;
  assert.equal(await failure(), "Failed to capture photo: the camera gives no picture");
  device.hardware.photo = new Uint8Array(64 * 1024 + 1);
  assert.equal(await failure(), "Failed to capture photo: the picture is too large");
  assert.equal(uploads.length, 0);
  // One that is no JPEG is not shown, and it is the server that says what it thinks of it.
  device.hardware.photo = new Uint8Array([1, 2, 3]);
  assert.ok((await take()).result);
  assert.ok(lines.some((line) => line.startsWith("warn picture not shown")));
  device.hardware.photo = PHOTO;
  assert.ok((await take()).result);
  assert.equal(device.stats.crashes, 0);
});

test("a server that refuses is named by its status", async () => {
  const { introduce, take } = await createEyes({}, { status: 401, body: '{"success":false}' });
  await introduce();
  assert.match((await take()).error?.message ?? "", /^Failed to upload photo: .*401/);
});

test("a camera that does not answer is said in the log, and is looked for again", async () => {
  const world = await createWorld({ board: "simulator-camera" });
  world.device.hardware.photo = "broken";
  await world.boot();
  assert.ok(world.lines.some((line) => /^error no camera .*no camera answers/.test(line)));
  assert.equal(world.device.stats.crashes, 0);
});

test("the largest photo leaves room in the heap, on the screen as on its way", async (t) => {
  // Whatever follows the end of a JPEG is of no matter to it.
  const photo = new Uint8Array(64 * 1024);
  photo.set(PHOTO);
  const { uploads, introduce, take, device } = await createEyes({ photo });
  await introduce();
  assert.ok((await take()).result);
  assert.deepEqual(uploads[0]?.body, form("What is it?", photo));
  const bytes = device.stats.heap?.chunkPeakAboveBaselineBytes ?? 0;
  t.diagnostic(`at most ${bytes} of ${CHUNK_BYTES} bytes of chunks`);
  assert.ok(bytes > photo.length && bytes < CHUNK_BYTES * 0.85, `${bytes} bytes of chunks`);
});

for (const board of ["lichuang-dev/camera", "m5stack-core-s3/camera"]) {
  test(`${board}: its camera is wired, and takes photos`, async () => {
    const { introduce, take, uploads } = await createEyes({ board });
    await introduce();
    assert.equal((await take()).error, undefined);
    assert.equal(uploads.length, 1);
  });
}

test("whatever a server says of photos, it is an address or nothing", () => {
  const access = fc.oneof(fc.anything(), fc.record({ url: fc.anything(), token: fc.anything() }));
  fc.assert(
    fc.property(access, (vision) => {
      const read = readVision({ capabilities: { vision } as never });
      if (read) assert.deepEqual([typeof read.url, typeof read.token], ["string", "string"]);
    }),
  );
  assert.equal(readVision({ capabilities: 7 }), undefined);
  assert.deepEqual(readVision(initializeParams({ url: URL, token: "a" })), { url: URL, token: "a" });
  assert.deepEqual(readVision({ capabilities: { vision: { url: URL } } }), { url: URL, token: "" });
});
