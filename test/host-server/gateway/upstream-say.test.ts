import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import { test } from "node:test";
import { ServerList } from "../../../host-server/gateway/server-list.ts";
import { askToSay } from "../../../host-server/gateway/upstream-say.ts";
import { VirtualClock } from "../../../simulator/clock.ts";
import { connectedPair } from "../fakes/http.ts";

const ORDER = { deviceId: "11:22:33:44:55:66", text: "Dinner." };

/** Asks a server that answers so; gives what it was asked, and at which address. */
async function ask(server: object, answer: RequestListener, signal = new AbortController().signal) {
  const asked: unknown[] = [];
  const http = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    asked.push([request.method, request.url, request.headers.authorization, JSON.parse(body)]);
    answer(request, response);
  });
  const dial = (host: string, port: number) => {
    asked.push(`${host}:${port}`);
    const [ours, theirs] = connectedPair();
    http.emit("connection", theirs);
    return ours;
  };
  const choice = { url: "wss://chat.test/xiaozhi/v1/", weight: 1, ...server };
  const said = askToSay(choice, ORDER, { signal, dial });
  return { said, asked };
}

test("a server whose key is known is asked at its API, and has spoken when it says so", async () => {
  const server = { api: "http://api.test:9000", auth_key: "s3cret" };
  const { said, asked } = await ask(server, (_, response) => response.end('{"success":true}'));
  await said;
  assert.deepEqual(asked, [
    "api.test:9000",
    ["POST", "/api/devices/11%3A22%3A33%3A44%3A55%3A66/say", "Bearer s3cret", { text: "Dinner." }],
  ]);
});

test("without an address the API is on the same computer, port 8002", async () => {
  const server = { url: "ws://chat.test:8000/", auth_key: "s3cret" };
  const { said, asked } = await ask(server, (_, response) => response.end("{}"));
  await said;
  assert.equal(asked[0], "chat.test:8002");
});

test("without a key, and when it refuses, is away, or the session ends: the error says which server and why", async () => {
  const key = { api: "http://api.test", auth_key: "s3cret" };
  const refuse: RequestListener = (_, response) => {
    response.writeHead(409).end('{"error":"device-offline: 11:22:33:44:55:66 is not connected"}');
  };
  await assert.rejects((await ask({}, refuse)).said, /^AppError: cannot-speak: wss:\/\/chat\.test.*auth_key/);
  await assert.rejects((await ask(key, refuse)).said, /cannot-speak: http:\/\/api\.test: it answered 409: device-off/);
  await assert.rejects((await ask(key, (_, r) => r.writeHead(502).end("<html>"))).said, /answered 502$/);
  await assert.rejects((await ask(key, (_, r) => r.socket?.destroy())).said, /cannot be reached \(ECONNRESET\)/);
  const over = new AbortController();
  const { said } = await ask(key, () => over.abort(), over.signal);
  await assert.rejects(said, /the session is over/);
});

test("the list of servers gives the key along with the address", () => {
  const choice = { url: "ws://a.test", weight: 1, auth_key: "k" };
  assert.deepEqual(new ServerList([choice], new VirtualClock()).pick(new Set()), choice);
});
