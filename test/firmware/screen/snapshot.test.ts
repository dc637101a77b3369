import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import { test } from "node:test";
import { decodeJpeg } from "../../../simulator/device/jpeg-decoder.ts";
import type { ScreenShape } from "../../../simulator/device/screen-image.ts";
import { createWorld } from "../world.ts";

const STORE = "10.0.0.77";

/** A device that listens, and a server that takes pictures of its screen. */
async function createPhotographer(screen: ScreenShape, status = 200) {
  const world = await createWorld({ board: "simulator-screen", screen });
  const { network, boot, listen, clock, server } = world;
  const forms: { readonly headers: IncomingMessage["headers"]; readonly body: Buffer }[] = [];
  const http = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      forms.push({ headers: request.headers, body: Buffer.concat(parts) });
      response.writeHead(status).end();
    });
  });
  await network.listen(STORE, 80, (stream) => http.emit("connection", stream));
  await boot();
  await listen();
  const call = async (name: string, args: object) => {
    const params = { name, arguments: args };
    server.send({
      type: "mcp",
      payload: { jsonrpc: "2.0", id: 7, method: "tools/list", params: { withUserTools: true } },
    });
    server.send({ type: "mcp", payload: { jsonrpc: "2.0", id: 8, method: "tools/call", params } });
    await clock.advance(5000);
    const answers = server.messages.map((message) => message["payload"] as { id?: number } | undefined);
    return answers.find((payload) => payload?.id === 8) as
      | { result?: unknown; error?: { message: string } }
      | undefined;
  };
  return { ...world, forms, call };
}

/** What a device with less colours than the file shows. */
function distance(one: Uint8Array, other: Uint8Array): number {
  let sum = 0;
  for (const [at, value] of one.entries()) sum += Math.abs(value - (other[at] as number));
  return sum / one.length;
}

for (const [name, shape] of Object.entries<ScreenShape>({
  "240 x 240": { width: 240, height: 240 },
  "129 x 67, not made of whole blocks": { width: 129, height: 67 },
  "128 x 64, grays": { width: 128, height: 64, pixelFormat: 5 },
})) {
  test(`a snapshot of ${name} looks like the screen`, async () => {
    const { device, server, clock, forms, call } = await createPhotographer(shape);
    server.send({ type: "stt", text: "What is this? 这是什么？" });
    await clock.advance(100);
    const shown = device.hardware.screen.rgb();
    const answer = await call("self.screen.snapshot", { url: `http://${STORE}/picture` });
    assert.deepEqual(answer?.result, { content: [{ type: "text", text: "true" }], isError: false });
    const [form] = forms;
    assert.equal(form?.headers["content-type"], "multipart/form-data; boundary=----ESP32_SCREEN_SNAPSHOT_BOUNDARY");
    const head =
      "------ESP32_SCREEN_SNAPSHOT_BOUNDARY\r\n" +
      'Content-Disposition: form-data; name="file"; filename="screenshot.jpg"\r\n' +
      "Content-Type: image/jpeg\r\n\r\n";
    const tail = "\r\n------ESP32_SCREEN_SNAPSHOT_BOUNDARY--\r\n";
    const text = form?.body.toString("latin1") ?? "";
    assert.ok(text.startsWith(head) && text.endsWith(tail));
    const { width, height, rgb } = decodeJpeg(form?.body.subarray(head.length, -tail.length) ?? new Uint8Array());
    assert.deepEqual({ width, height }, { width: shape.width, height: shape.height });
    const off = distance(rgb, shown);
    assert.ok(off < 3, `on average ${off} of 255 away`);
  });
}

test("a better quality is a larger file, and nearer to the screen", async () => {
  const { device, forms, call } = await createPhotographer({ width: 128, height: 128 });
  const shown = device.hardware.screen.rgb();
  const offs: number[] = [];
  for (const quality of [5, 95]) {
    await call("self.screen.snapshot", { url: `http://${STORE}/`, quality });
    const body = forms.at(-1)?.body ?? Buffer.alloc(0);
    const from = body.indexOf("\r\n\r\n") + 4;
    offs.push(distance(decodeJpeg(body.subarray(from)).rgb, shown));
  }
  assert.ok((forms[0]?.body.length ?? 0) < (forms[1]?.body.length ?? 0));
  assert.ok((offs[0] as number) > (offs[1] as number), offs.join());
});

test("a server that does not want the picture is named in the answer", async () => {
  const { call } = await createPhotographer({ width: 128, height: 128 }, 404);
  const answer = await call("self.screen.snapshot", { url: `http://${STORE}/` });
  assert.match(JSON.stringify(answer), /answered 404/);
});

test("the size of the screen is told to the user", async () => {
  const { call } = await createPhotographer({ width: 128, height: 64, pixelFormat: 5 });
  const answer = await call("self.screen.get_info", {});
  const result = answer?.result as { structuredContent: unknown } | undefined;
  assert.deepEqual(result?.structuredContent, { width: 128, height: 64, monochrome: true });
});

test("pictures leave nothing in the heap", async () => {
  const { device, call } = await createPhotographer({ width: 240, height: 240 });
  const held: number[] = [];
  for (let picture = 0; picture < 4; picture++) {
    await call("self.screen.snapshot", { url: `http://${STORE}/` });
    device.collectGarbage();
    held.push(device.stats.heap?.chunkBytes ?? 0);
  }
  const growth = (held[3] as number) - (held[0] as number);
  assert.ok(growth < 4000, `${growth} bytes more after three pictures`);
});
