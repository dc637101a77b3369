import assert from "node:assert/strict";
import { test } from "node:test";
import type { Picture } from "../../../host-server/providers/vllm.ts";
import { VISION_PATH } from "../../../host-server/vision/routes.ts";
import { signVisionToken, visionTokenOwner } from "../../../host-server/vision/token.ts";
import { fetchFrom } from "../fakes/http.ts";
import { createWorld } from "../fakes/world.ts";

const JPEG = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2, 3);
const SECRET = "vision-secret-1";
const ID = "aa:bb:cc:dd:ee:01";

function worldWithEyes(explain: (picture: Picture, question: string, signal: AbortSignal) => Promise<string>) {
  const wrap = (own: object) => ({ ...own, vllm: { explain, close: async () => {} } });
  return createWorld({ wrap: wrap as never }, { XIAOZHI_SERVER_AUTH_KEY: SECRET });
}

function form(...parts: readonly (readonly [name: string, value: string | Uint8Array<ArrayBuffer>])[]): FormData {
  const made = new FormData();
  for (const [name, value] of parts) {
    if (typeof value === "string") made.append(name, value);
    else made.append(name, new Blob([value], { type: "image/jpeg" }), "camera.jpg");
  }
  return made;
}

async function ask(world: ReturnType<typeof createWorld>, body: FormData, headers: Record<string, string> = {}) {
  const token = signVisionToken(SECRET, ID, Math.floor(world.clock.now() / 1000));
  const packed = new Response(body);
  const { status, text } = await fetchFrom(world.server, "http", VISION_PATH, {
    method: "POST",
    headers: {
      "Device-Id": ID,
      "Client-Id": "web_test_client",
      Authorization: `Bearer ${token}`,
      "Content-Type": packed.headers.get("content-type") ?? "",
      ...headers,
    },
    body: new Uint8Array(await packed.arrayBuffer()),
  });
  return { status, text };
}

test("a picture is explained; the parts are told by their place, whatever their names", async () => {
  const asked: [type: string, bytes: number, question: string][] = [];
  const world = worldWithEyes(async ({ type, bytes }, question) => {
    asked.push([type, bytes.length, question]);
    return "一只猫。";
  });
  const answer = '{"success":true,"action":"RESPONSE","response":"一只猫。"}';
  assert.deepEqual(await ask(world, form(["question", "What is it?"], ["file", JPEG])), { status: 200, text: answer });
  assert.deepEqual(await ask(world, form(["a", "这是什么？"], ["b", JPEG])), { status: 200, text: answer });
  assert.deepEqual(asked, [
    ["image/jpeg", 7, "What is it?"],
    ["image/jpeg", 7, "这是什么？"],
  ]);
});

test("what cannot be explained is refused in the reference's words", async () => {
  const world = worldWithEyes(async () => {
    throw new Error("secret details");
  });
  const refused = async (body: FormData, headers?: Record<string, string>) => {
    const { status, text } = await ask(world, body, headers);
    const { success, message } = JSON.parse(text);
    assert.equal(success, false);
    return [status, message];
  };
  const good = form(["question", "?"], ["file", JPEG]);
  const cases: [body: FormData, headers: Record<string, string>, status: number, message: string][] = [
    [good, { Authorization: "" }, 401, "无效的认证token或token已过期"],
    [good, { Authorization: "Bearer test-token" }, 401, "无效的认证token或token已过期"],
    [good, { "Device-Id": "other" }, 200, "设备ID与token不匹配"],
    [form(), {}, 200, "缺少问题字段"],
    [form(["question", "?"]), {}, 200, "缺少图片文件"],
    [form(["question", "?"], ["file", new Uint8Array()]), {}, 200, "图片数据为空"],
    [
      form(["question", "?"], ["file", Uint8Array.of(1, 2, 3)]),
      {},
      200,
      "不支持的文件格式，请上传有效的图片文件（支持JPEG、PNG、GIF、BMP、TIFF、WEBP格式）",
    ],
    [
      form(["question", "?"], ["file", new Uint8Array(5 * 1024 * 1024 + 1)]),
      {},
      200,
      "图片大小超过限制，最大允许5.0MB",
    ],
    [good, {}, 200, "处理请求时发生错误"],
  ];
  for (const [body, headers, status, message] of cases)
    assert.deepEqual(await refused(body, headers), [status, message]);
});

test("a token is one device's, for a day", () => {
  const token = signVisionToken(SECRET, ID, 1_000_000);
  assert.equal(visionTokenOwner(SECRET, token, 1_000_000 + 86_400), ID);
  assert.equal(visionTokenOwner(SECRET, token, 1_000_000 + 86_401), undefined);
  assert.equal(visionTokenOwner("another secret", token, 1_000_000), undefined);
  assert.equal(
    visionTokenOwner(SECRET, token.replace(/^[^.]+/, Buffer.from("other").toString("base64url")), 1_000_000),
    undefined,
  );
  for (const garbage of ["", ".", "a.b", "a.b.c", "ä.1.2"])
    assert.equal(visionTokenOwner(SECRET, garbage, 1), undefined);
});

test("a model that takes too long ends the request, not the server", async () => {
  const aborted: boolean[] = [];
  const world = worldWithEyes((_picture, _question, signal) => {
    signal.addEventListener("abort", () => aborted.push(true));
    return new Promise(() => {});
  });
  const answer = ask(world, form(["question", "?"], ["file", JPEG]));
  for (let n = 0; n < 100 && aborted.length === 0; n++) {
    await new Promise((resolve) => setImmediate(resolve));
    await world.clock.advance(1_000);
  }
  assert.deepEqual(await answer, { status: 200, text: '{"success":false,"message":"处理请求时发生错误"}' });
  assert.deepEqual(aborted, [true]);
});

test("a device is told where to ask, and its tool's answer is said and remembered", async () => {
  const given: object[] = [];
  const world = worldWithEyes(async () => "");
  world.script.rounds = [
    [{ type: "tool-call", call: { id: "c1", name: "self_camera_take_photo", arguments: { question: "What?" } } }],
    "You saw a cat.",
  ];
  const device = await world.connect({
    id: ID,
    features: { mcp: true },
    mcp: (method: string, params: object) => {
      if (method === "initialize") {
        given.push(params);
        return { protocolVersion: "2024-11-05", capabilities: {}, serverInfo: { name: "d", version: "1" } };
      }
      if (method === "tools/list") {
        const inputSchema = { type: "object", properties: { question: { type: "string" } } };
        return { tools: [{ name: "self.camera.take_photo", description: "Takes a photo.", inputSchema }] };
      }
      const text = '{"success":true,"action":"RESPONSE","response":"A cat."}';
      return { content: [{ type: "text", text }], isError: false };
    },
  } as never);
  const { vision } = (given[0] as { capabilities: { vision: { url: string; token: string } } }).capabilities;
  assert.match(vision.url, /^http:\/\/[\d.]+:\d+\/mcp\/vision\/explain$/);
  assert.equal(visionTokenOwner(SECRET, vision.token, Math.floor(world.clock.now() / 1000)), ID);
  device.detect("What do you see?");
  await world.clock.advance(5_000);
  assert.equal(world.turns[0]?.said, "A cat.");
  device.detect("What did I see?");
  await world.clock.advance(5_000);
  assert.ok(
    world.stages.asked.at(-1)?.messages.some(({ role, content }) => role === "assistant" && content === "A cat."),
  );
});
