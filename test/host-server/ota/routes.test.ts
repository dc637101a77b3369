import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { lanAddress } from "../../../host-server/ota/lan-address.ts";
import { verifyToken } from "../../../host-server/ota/token.ts";
import { OTA_PATH, parseOtaAnswer } from "../../../protocol/ota.ts";
import { fetchFrom } from "../fakes/http.ts";
import { createWorld } from "../fakes/world.ts";

const DEVICE = "11:22:33:44:55:66";
const IDS = { "Device-Id": DEVICE, "Client-Id": "client" };
const WITHOUT_SLASH = OTA_PATH.slice(0, -1);

const data = mkdtempSync(join(tmpdir(), "ota-"));
after(() => rmSync(data, { recursive: true }));
mkdirSync(join(data, "bin"));
for (const version of ["1.9.0", "1.10.0", "1.2"])
  writeFileSync(join(data, `bin/esp-box_${version}.bin`), `image ${version}`);
writeFileSync(join(data, "secret.bin"), "secret");
symlinkSync(join(data, "secret.bin"), join(data, "bin/link.bin"));

function post(path: string, body: unknown, headers: Record<string, string> = {}, env: Record<string, string> = {}) {
  const world = createWorld({}, env, data);
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const options = { method: "POST", headers: { ...IDS, ...headers }, body: text };
  return fetchFrom(world.server, "http", path, options).then((answer) => ({ ...answer, world }));
}

for (const path of [OTA_PATH, WITHOUT_SLASH]) {
  test(`GET ${path} tells people the address, and browsers that they may ask`, async () => {
    const { status, text, headers } = await fetchFrom(createWorld().server, "http", path, {
      headers: { Host: "10.1.2.3:8002" },
    });
    assert.equal(status, 200);
    assert.match(text, /OTA.*ws:\/\/10\.1\.2\.3:8000\/xiaozhi\/v1\//);
    assert.equal(headers["access-control-allow-origin"], "*");
  });

  test(`OPTIONS ${path} allows what the test page sends`, async () => {
    const { status, headers } = await fetchFrom(createWorld().server, "http", path, {
      method: "OPTIONS",
      headers: { Origin: "http://page", "Access-Control-Request-Method": "POST" },
    });
    assert.equal(status, 204);
    assert.equal(headers["access-control-allow-origin"], "*");
    assert.equal(headers["access-control-allow-methods"], "GET,POST,OPTIONS");
    for (const name of ["client-id", "content-type", "device-id", "authorization"]) {
      assert.ok(headers["access-control-allow-headers"]?.includes(name));
    }
  });

  test(`POST ${path} answers the version check`, async () => {
    const env = { XIAOZHI_SERVER_TIMEZONE_OFFSET: "8", XIAOZHI_SERVER_PORT: "8123" };
    const { status, text, world } = await post(
      path,
      { application: { version: "2.0.1" } },
      { Host: "localhost:8002" },
      env,
    );
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(text), {
      server_time: { timestamp: Math.round(world.clock.now()), timezone_offset: 480 },
      firmware: { version: "2.0.1", url: "" },
      websocket: { url: "ws://localhost:8123/xiaozhi/v1/", token: "" },
    });
    assert.ok(parseOtaAnswer(text).websocket);
  });
}

test("without both ids the answer is a refusal with status 200", async () => {
  for (const headers of [{ "Device-Id": DEVICE }, { "Client-Id": "client" }, {}]) {
    const { status, text } = await fetchFrom(createWorld().server, "http", OTA_PATH, { method: "POST", headers });
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(text), { success: false, message: "request error." });
  }
});

test("a body that cannot be read counts as an empty one", async () => {
  for (const body of ["", "no JSON", "[1]", "null", '{"application":7,"board":[]}', "{".repeat(9_000)]) {
    const { status, text } = await post(OTA_PATH, body);
    assert.equal(status, 200);
    assert.equal(JSON.parse(text).firmware.version, "0.0.0");
  }
});

test("the URL is the configured one, or the way the asker came, or the local network's", async () => {
  const configured = await post(OTA_PATH, {}, {}, { XIAOZHI_SERVER_WEBSOCKET: "wss://voice.example/x/" });
  assert.equal(parseOtaAnswer(configured.text).websocket?.url, "wss://voice.example/x/");
  const placeholder = await post(
    OTA_PATH,
    {},
    { Host: "127.0.0.1" },
    { XIAOZHI_SERVER_WEBSOCKET: "ws://你的ip:8000/" },
  );
  assert.equal(parseOtaAnswer(placeholder.text).websocket?.url, "ws://127.0.0.1:8000/xiaozhi/v1/");
  assert.match(lanAddress(), /^\d+\.\d+\.\d+\.\d+$/);
});

test("with authentication on, the token in the answer is good for this device", async () => {
  const env = { XIAOZHI_SERVER_AUTH_ENABLED: "true", XIAOZHI_SERVER_AUTH_KEY: "key" };
  const { text, world } = await post(OTA_PATH, {}, {}, env);
  const token = parseOtaAnswer(text).websocket?.token ?? "";
  const now = Math.floor(world.clock.now() / 1000);
  assert.ok(verifyToken("key", { clientId: "client", deviceId: DEVICE }, token, { now, expireSeconds: 10 }));
  const listed = { ...env, XIAOZHI_SERVER_AUTH_ALLOWED_DEVICES: `[${JSON.stringify(DEVICE)}]` };
  assert.equal(parseOtaAnswer((await post(OTA_PATH, {}, {}, listed)).text).websocket?.token, "");
});

test("the newest firmware for the model is offered, compared as numbers, and can be loaded", async () => {
  const report = { application: { version: "1.9.0" }, board: { type: "esp-box" } };
  const { text, world } = await post(OTA_PATH, report, { Host: "host.lan:8002" });
  const url = `http://host.lan:8002${OTA_PATH}download/esp-box_1.10.0.bin`;
  const sha256 = createHash("sha256").update("image 1.10.0").digest("hex");
  assert.deepEqual(JSON.parse(text).firmware, { version: "1.10.0", url, sha256 });
  const image = await fetchFrom(world.server, "http", new URL(url).pathname);
  assert.equal(image.text, "image 1.10.0");
  assert.equal(image.headers["content-type"], "application/octet-stream");
  const upToDate = await post(OTA_PATH, report, { "Device-Version": "1.10.0" });
  assert.deepEqual(JSON.parse(upToDate.text).firmware, { version: "1.10.0", url: "" });
  const other = await post(OTA_PATH, report, { "Device-Model": "other" });
  assert.equal(JSON.parse(other.text).firmware.url, "");
});

test("where firmware is got: at this server's port, which devices leave out, or where somebody passes requests on", async () => {
  const report = { application: { version: "1.9.0" }, board: { type: "esp-box" } };
  const from = async (headers: Record<string, string>) =>
    JSON.parse((await post(OTA_PATH, report, headers)).text).firmware.url;
  const file = `${OTA_PATH}download/esp-box_1.10.0.bin`;
  assert.equal(await from({ Host: "192.168.1.20" }), `http://192.168.1.20:8002${file}`);
  const proxied = { Host: "voice.example", "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https" };
  assert.equal(await from(proxied), `https://voice.example${file}`);
});

test("no download leads out of the firmware folder", async () => {
  const { server } = createWorld({}, {}, data);
  const names = [
    "..%2fsecret.bin",
    "..%2Fsecret.bin",
    "%2e%2e%2fsecret.bin",
    "../secret.bin",
    "link.bin",
    "none.bin",
    "..%5csecret.bin",
    "a%00.bin",
    "%",
  ];
  for (const name of names) {
    const { status, text } = await fetchFrom(server, "http", `${OTA_PATH}download/${name}`);
    assert.equal(status, 404, name);
    assert.ok(!text.includes("secret"), name);
  }
});
