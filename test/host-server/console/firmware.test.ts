import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, test } from "node:test";
import fc from "fast-check";
import { ConsoleError } from "../../../host-server/console/errors.ts";
import { describeImage } from "../../../host-server/console/firmware/image.ts";
import { isChosen } from "../../../host-server/console/firmware/rollout.ts";
import { LogLines } from "../../../host-server/console/live/log-lines.ts";
import { OTA_PATH } from "../../../protocol/ota.ts";
import { createConsoleWorld } from "../fakes/console.ts";
import { fetchFrom, streamTo } from "../fakes/http.ts";
import { fakeProviders } from "../fakes/world.ts";

const logLines = new LogLines();
const world = await createConsoleWorld({
  script: { rounds: ["It is noon."] },
  env: { XIAOZHI_CONSOLE_UPLOAD_BYTES: "65536", XIAOZHI_SERVER_SECRET: "between servers" },
  more: { logLines, agentProviders: fakeProviders },
});
after(() => world.close());
const ada = await world.claim();

/** An image of this project, as its head says. */
function image({ board = "esp-box", version = "1.1.0" } = {}): Uint8Array {
  const bytes = Buffer.alloc(1_024);
  bytes[0] = 0xe9;
  bytes.writeUInt32LE(0xabcd5432, 32);
  bytes.write("XZXS\u0002", 288, "latin1");
  bytes.write("xiaozhi", 296);
  bytes.write(board, 328);
  bytes.write(version, 392);
  return new Uint8Array(bytes);
}

const upload = (bytes: Uint8Array, query = "") => ada.ask("POST", `/api/firmware${query}`, bytes);

async function check(mac: string, version: string) {
  const headers = { "Device-Id": mac, "Client-Id": "c", Host: "box:8002" };
  const body = JSON.stringify({ application: { version }, board: { type: "esp-box" } });
  const { text } = await fetchFrom(world.server, "http", OTA_PATH, { method: "POST", headers, body });
  return JSON.parse(text).firmware;
}

test("an image is taken for what it says it is, and nothing else is taken", async () => {
  const { status, body } = await upload(image(), "?note=first");
  assert.deepEqual([status, body.id, body.project, body.rollout], [201, "esp-box_1.1.0.bin", "xiaozhi", null]);
  assert.equal(body.sha256, createHash("sha256").update(image()).digest("hex"));
  assert.equal((await upload(image())).body.code, "storage-conflict");
  for (const [bytes, query, field] of [
    [Buffer.from("#!/bin/sh\n".repeat(100)), "", undefined],
    [image().subarray(0, 300), "", undefined],
    [image({ version: "2.0.0" }), "?board=other", "board"],
    [image({ version: "../../x" }), "", "version"],
    [image({ board: "../../x" }), "", "board"],
  ] as const) {
    const refused = await upload(new Uint8Array(bytes), query);
    assert.deepEqual([refused.status, refused.body.code, refused.body.field], [400, "image-invalid", field]);
  }
  assert.equal((await upload(new Uint8Array(65_537))).status, 413);
});

test("any bytes are an image or are refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
      if (bytes.length > 0) bytes[0] = 0xe9;
      try {
        describeImage(bytes);
      } catch (error) {
        assert.ok(error instanceof ConsoleError);
      }
    }),
  );
});

test("a roll-out reaches its share of the devices, is followed, stopped and taken back", async () => {
  const macs = Array.from({ length: 20 }, (_, at) => `aa:bb:cc:00:01:${String(at).padStart(2, "0")}`);
  assert.equal((await upload(image({ version: "1.0.0" }))).status, 201);
  for (const mac of macs) assert.equal((await check(mac, "1.0.0")).url, "", "nothing goes out by itself");
  const path = "/api/firmware/esp-box_1.1.0.bin";
  const roll = (body: object) => ada.ask("POST", `${path}/rollout`, body);
  assert.equal((await roll({ percent: 0 })).status, 400);
  assert.equal((await roll({ percent: 40 })).body.rollout.devices, 20);
  const chosen: string[] = [];
  for (const mac of macs) {
    const offer = await check(mac, "1.0.0");
    if (offer.url === "") continue;
    chosen.push(mac);
    assert.equal(offer.version, "1.1.0");
    assert.ok(offer.url.endsWith("/xiaozhi/ota/download/esp-box_1.1.0.bin"));
  }
  assert.ok(chosen.length > 2 && chosen.length < 16, `${chosen.length} of 20`);
  const file = await fetchFrom(world.server, "http", `${OTA_PATH}download/esp-box_1.1.0.bin`);
  assert.equal(file.headers["content-length"], "1024");
  const [first = ""] = chosen;
  assert.equal((await check(first, "1.1.0")).url, "");
  const { rollout } = (await ada.ask("GET", path)).body;
  assert.deepEqual([rollout.offered, rollout.installed, rollout.state], [chosen.length, 1, "running"]);
  await ada.ask("PATCH", `/api/devices/${chosen[1]}`, { updates: false });
  assert.equal((await check(chosen[1] as string, "1.0.0")).url, "", "this one stays as it is");
  assert.equal((await ada.ask("DELETE", path)).body.code, "rollout-running");
  assert.equal((await ada.ask("POST", `${path}/stop`)).body.rollout.state, "stopped");
  assert.equal((await check(chosen[2] as string, "1.0.0")).url, "");
  await ada.ask("POST", `${path}/rollback`);
  const back = await check(first, "1.1.0");
  assert.deepEqual([back.version, back.force], ["1.0.0", 1]);
  assert.equal((await check(first, "1.0.0")).url, "", "it has gone back, and stays there");
  assert.equal((await ada.ask("DELETE", path)).status, 200);
});

test("a group is tried first, and a share grows without leaving anybody out", () => {
  const image = { id: "x", percent: 100, groups: ["test"] };
  assert.deepEqual([isChosen(image, "a", []), isChosen(image, "a", ["test", "all"])], [false, true]);
  const ids = Array.from({ length: 300 }, (_, at) => `device ${at}`);
  const share = (percent: number) => ids.filter((id) => isChosen({ id: "x", percent, groups: [] }, id, []));
  const [few, more] = [share(10), share(50)];
  assert.ok(few.length > 10 && few.length < 60 && few.every((id) => more.includes(id)));
  assert.equal(share(100).length, 300);
});

test("whoever looks at a device sees what it does as it does it", async () => {
  const mac = "aa:bb:cc:00:01:00";
  const { body: token } = await ada.ask("POST", "/api/tokens", { name: "look" });
  const stream = streamTo(world.server, "http");
  let seen = "";
  stream.on("data", (chunk) => {
    seen += chunk;
  });
  stream.write(`GET /api/devices/${mac}/live HTTP/1.1\r\nHost: box\r\nAuthorization: Bearer ${token.token}\r\n\r\n`);
  await world.clock.advance(100);
  const device = await world.connect({ id: mac });
  device.send({ type: "listen", state: "detect", text: "What time is it?" });
  await world.clock.advance(5_000);
  logLines.tell(JSON.stringify({ level: 40, msg: "odd", device: mac.toUpperCase(), what: 1 }));
  logLines.tell(JSON.stringify({ level: 40, msg: "of another", device: "other" }));
  device.close();
  await world.clock.advance(100);
  stream.destroy();
  const events = [...seen.matchAll(/^data: (.+)$/gm)].map((match) => JSON.parse(match[1] as string));
  const told = events
    .filter(({ type }) => type !== "level")
    .map(({ type, state, text, message }) => state ?? text ?? message ?? type);
  assert.deepEqual(
    told.filter((name) => name !== "emotion"),
    [
      ...["offline", "idle", "listening", "What time is it?", "thinking", "speaking", "It is noon"],
      ...["idle", "turn", "odd", "offline"],
    ],
  );
  const turn = events.find(({ type }) => type === "turn");
  assert.equal(turn.said, "It is noon.");
  assert.ok(turn.stages.total > 0);
  assert.ok(events.some(({ type, down }) => type === "level" && down > 0));
});

test("the server says how it is, to administrators", async () => {
  const { body } = await ada.ask("GET", "/api/server");
  assert.deepEqual([body.database, body.sessions, body.canRestart, body.devices], ["sqlite", 0, false, 20]);
  assert.match(body.otaUrl, /^http:.*\/xiaozhi\/ota\/$/);
  assert.deepEqual((await ada.ask("GET", "/api/server/figures")).body, { points: [] });
  assert.equal((await ada.ask("POST", "/api/server/restart")).body.code, "restart-refused");
});

test("a board of a family gets the image that is for it, not one for its family", async () => {
  const board = "bread-lcd-240x240";
  assert.equal((await upload(image({ board, version: "3.0.0" }))).status, 201);
  assert.equal((await ada.ask("POST", `/api/firmware/${board}_3.0.0.bin/rollout`, { percent: 100 })).status, 200);
  const headers = { "Device-Id": "aa:bb:cc:00:09:01", "Client-Id": "c", Host: "box:8002" };
  const asked = { application: { version: "1.0.0" }, board: { type: "bread-lcd", name: board } };
  const ask = async (body: object) => {
    const answer = await fetchFrom(world.server, "http", OTA_PATH, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    return JSON.parse(answer.text).firmware.version;
  };
  assert.equal(await ask(asked), "3.0.0");
  assert.equal(await ask({ ...asked, board: { type: "bread-lcd", name: "bread-lcd-128x128" } }), "1.0.0");
});
