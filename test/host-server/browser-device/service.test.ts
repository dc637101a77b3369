import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { TLSSocket } from "node:tls";
import { getRequestListener } from "@hono/node-server";
import fc from "fast-check";
import { pino } from "pino";
import { WebSocket } from "ws";
import { Guard } from "../../../host-server/browser-device/guard.ts";
import { openMessage, pageMessage } from "../../../host-server/browser-device/messages.ts";
import { BrowserDeviceService } from "../../../host-server/browser-device/service.ts";
import { systemClock } from "../../../host-server/clock.ts";
import { wantsWebSocket } from "../../../host-server/http/http-port.ts";

const KEY = "a key of the server";
const OPENING = { type: "open", board: "simulator", id: "0123456789abcdef" };

async function openService(t: TestContext, isOn = true) {
  const log = pino({ level: "silent" });
  const folder = mkdtempSync(join(tmpdir(), "pages-"));
  const service = new BrowserDeviceService({
    clock: systemClock,
    log,
    isOn,
    authKey: () => KEY,
    ports: () => ({ websocket: 1, http: 2 }),
    dataDirectory: folder,
    secure: { ip: "127.0.0.1", port: 0 },
    isLoggedIn: async (headers) => headers.get("cookie") === "account",
  });
  const http = createServer({ shouldUpgradeCallback: wantsWebSocket });
  service.attach(http);
  await once(http.listen(0, "127.0.0.1"), "listening");
  t.after(async () => {
    await service.close();
    http.close();
    rmSync(folder, { recursive: true });
  });
  const { port } = http.address() as AddressInfo;
  /** What a page is told first, or the status with which it is refused. */
  const ask = async (opening: string, headers: { [name: string]: string } = {}, path = "/device/socket") => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    t.after(() => socket.terminate());
    socket.on("open", () => socket.send(opening));
    const refused = once(socket, "unexpected-response").then(([, { statusCode }]) => statusCode as number);
    const told = once(socket, "message").then(([data]) => (JSON.parse(String(data)) as { code?: string }).code);
    const failed = [refused, told].map((one) => one.catch(() => undefined));
    socket.on("error", () => {});
    return Promise.race(failed);
  };
  http.on("request", getRequestListener(service.routes().fetch));
  return { service, ask, port };
}

test("the page and its scripts come with a policy, without types, and nothing else of the folder", async (t) => {
  const { service } = await openService(t);
  const app = service.routes();
  const page = await app.request("/device/");
  assert.equal(page.status, 200);
  assert.match(page.headers.get("content-security-policy") ?? "", /default-src 'self'.*frame-ancestors 'none'/);
  const text = await page.text();
  for (const [, name = ""] of text.matchAll(/(?:src|href)="([^"]+)"/g)) {
    assert.equal((await app.request(`/device/${name}`)).status, 200, name);
  }
  const script = await (await app.request("/device/device.js")).text();
  for (const [, name = ""] of script.matchAll(/from "\.\/([^"]+)"/g)) {
    assert.match(name, /\.js$/);
    assert.equal((await app.request(`/device/${name}`)).headers.get("content-type"), "text/javascript; charset=utf-8");
  }
  assert.doesNotMatch(script, /HTMLButtonElement>/);
  for (const name of ["tsconfig.json", "device.ts", "..%2Fservice.js", "../guard.ts", "no-such.js"]) {
    assert.equal((await app.request(`/device/${name}`)).status, 404, name);
  }
  const boards = (await (await app.request("/device/boards")).json()) as string[];
  assert.ok(boards.includes("simulator-screen") && boards.includes("lichuang-dev"));
  assert.ok(!boards.some((name) => name.startsWith("linux")));
});

test("the way for a device of one's own: the address for all, and who has called for people at this computer", async (t) => {
  const { service } = await openService(t);
  const app = service.routes();
  for (const name of ["", "own.js", "own-texts.js", "code-picture.js", "qr-code.js", "frozen.js", "device.css"]) {
    assert.equal((await app.request(`/own/${name}`)).status, 200, name);
  }
  const code = await (await app.request("/own/code-picture.js")).text();
  assert.match(code, /from "\.\/qr-code\.js"/);
  for (const deviceId of ["a", "b", "a"]) service.noteCall({ deviceId, model: "box", version: "1" });
  const stateFor = async (remoteAddress: string, host: string) => {
    const incoming = { headers: { host }, socket: { remoteAddress } };
    const answer = await app.request("/own/state", { headers: { host } }, { incoming });
    return (await answer.json()) as { otaUrl: string; calls?: { device: string }[] };
  };
  const own = await stateFor("127.0.0.1", "localhost:2");
  assert.deepEqual(
    own.calls?.map(({ device }) => device),
    ["a", "b"],
  );
  const other = await stateFor("192.168.1.9", "192.168.1.20:2");
  assert.deepEqual(other, { otaUrl: "http://192.168.1.20:2/xiaozhi/ota/", ports: { websocket: 1, http: 2 } });
});

test("who may not have a device is told why; a page of another place gets no answer at all", async (t) => {
  const { ask, port } = await openService(t);
  const at = `127.0.0.1:${port}`;
  const opening = (more: object = {}) => JSON.stringify({ ...OPENING, ...more });
  const refused: readonly (readonly [string, { [name: string]: string }, string | number])[] = [
    [opening(), { "X-Forwarded-For": "203.0.113.9" }, "key-wrong"],
    [opening({ key: "another key" }), { Host: `home.example:${port}` }, "key-wrong"],
    [opening({ key: KEY, board: "no-such" }), { "X-Forwarded-For": "203.0.113.9" }, "board-unknown"],
    [opening({ board: "no-such" }), { Origin: `http://${at}` }, "board-unknown"],
    [opening({ board: "../cli" }), {}, "message-invalid"],
    [opening({ id: "x" }), {}, "message-invalid"],
    ["{", {}, "message-invalid"],
    [opening(), { Origin: "https://elsewhere.example" }, 403],
  ];
  for (const [text, headers, expected] of refused) assert.equal(await ask(text, headers), expected, text);
  assert.equal(await ask(opening(), {}, "/other"), 404);
});

test("where the pages are switched off there is none, and no device either", async (t) => {
  const { service, ask } = await openService(t, false);
  for (const path of ["/device/", "/own/", "/flash/", "/flash/state"]) {
    assert.equal((await service.routes().request(path)).status, 404, path);
  }
  assert.equal(await ask(JSON.stringify(OPENING)), 404);
});

test("a client that offers HTTP/2 is answered all the same", async (t) => {
  const { port } = await openService(t);
  const headers = { Connection: "Upgrade", Upgrade: "h2c" };
  const asked = request({ port, path: "/device/", headers }).end();
  const [answer] = await once(asked, "response");
  answer.resume();
  assert.equal(answer.statusCode, 200);
});

test("a ticket opens the page for a quarter of an hour, and the seventeenth ends the first", async () => {
  let now = 0;
  const guard = new Guard({ authKey: () => "", now: () => now });
  const request = { headers: { host: "192.168.1.20:8002" }, socket: { remoteAddress: "192.168.1.9" } } as never;
  const ticket = guard.ticket();
  assert.ok(await guard.isAllowed(request, ticket));
  assert.ok(!(await guard.isAllowed(request)) && !(await guard.isAllowed(request, "")));
  now = 15 * 60_000;
  assert.ok(!(await guard.isAllowed(request, ticket)));
  const tickets = Array.from({ length: 17 }, () => guard.ticket());
  assert.deepEqual((await Promise.all(tickets.map((one) => guard.isAllowed(request, one)))).indexOf(true), 1);
});

test("a phone is invited over HTTPS by who may have a device, with a ticket that opens it there", async (t) => {
  const { port } = await openService(t);
  const invite = async (headers: { [name: string]: string }) => {
    const answer = await fetch(`http://127.0.0.1:${port}/device/phone`, { method: "POST", headers });
    return { status: answer.status, ...((await answer.json()) as { url?: string; fingerprint?: string }) };
  };
  assert.equal((await invite({ "X-Forwarded-For": "203.0.113.9" })).status, 403);
  assert.equal((await invite({ Origin: "https://elsewhere.example" })).status, 403);
  assert.equal((await invite({ "X-Forwarded-For": "203.0.113.9", Cookie: "account" })).status, 200);
  const { url = "", fingerprint } = await invite({});
  const { port: secure, hash } = new URL(url);
  const socket = new WebSocket(`wss://127.0.0.1:${secure}/device/socket`, {
    rejectUnauthorized: false,
    headers: { "X-Forwarded-For": "192.168.1.9" },
  });
  t.after(() => socket.terminate());
  const shown = once(socket, "upgrade").then(([{ socket: tls }]) => (tls as TLSSocket).getPeerX509Certificate());
  await once(socket, "open");
  assert.equal((await shown)?.fingerprint256, fingerprint);
  socket.send(JSON.stringify({ ...OPENING, board: "no-such", key: hash.replace("#key=", "") }));
  const [data] = await once(socket, "message");
  assert.equal((JSON.parse(String(data)) as { code: string }).code, "board-unknown");
});

test("whatever a page says is a message or is refused", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      for (const schema of [openMessage, pageMessage]) assert.equal(typeof schema.safeParse(value).success, "boolean");
    }),
    { numRuns: 100 },
  );
  assert.ok(pageMessage.safeParse({ type: "phrase", phrase: "hey computer" }).success);
  assert.ok(!pageMessage.safeParse({ type: "start", board: "x", otaUrl: "http://x" }).success);
});

test("request targets that are no URL are no harm", async (t) => {
  const { ask, port } = await openService(t);
  for (const target of ["//", "http://[", "//?"]) {
    const head = "Host: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    const socket = connect(port, "127.0.0.1");
    socket.write(`GET ${target} HTTP/1.1\r\n${head}`);
    const [answer] = await once(socket, "data");
    assert.match(String(answer), /^HTTP\/1\.1 404/, target);
    socket.destroy();
  }
  assert.equal(await ask("no JSON"), "message-invalid");
});
