import assert from "node:assert/strict";
import { createConnection } from "node:net";
import { test } from "node:test";
import fc from "fast-check";
import { signToken } from "../../../host-server/ota/token.ts";
import { fetchFrom, openSocket, upgrade } from "../fakes/http.ts";
import { createWorld } from "../fakes/world.ts";

const DEVICE = "11:22:33:44:55:66";
const CLIENT = "6b1a7f3e-1c1e-4f0e-9a52-3c7f5f1f0a11";
const SECRET = "s3cret";
const AUTH = {
  XIAOZHI_SERVER_AUTH_ENABLED: "true",
  XIAOZHI_SERVER_AUTH_KEY: SECRET,
  XIAOZHI_SERVER_AUTH_ALLOWED_DEVICES: '["AA:AA:AA:AA:AA:AA"]',
};
const UPGRADE = {
  Connection: "Upgrade",
  Upgrade: "websocket",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Version": "13",
};
const DAY = 24 * 60 * 60;

test("a gateway or device that offers to compress is not taken up on it", async () => {
  const { server } = createWorld();
  const headers = { "device-id": "11:22:33:44:55:66", "sec-websocket-extensions": "permessage-deflate" };
  const { socket } = await openSocket(server, "/xiaozhi/v1/?from=mqtt_gateway", headers);
  assert.equal(socket.extensions, "");
  socket.terminate();
});

test("a plain GET on the WebSocket port says that the server runs", async () => {
  const { server } = createWorld();
  const { status, text, headers } = await fetchFrom(server, "websocket", "/anything");
  assert.equal(status, 200);
  assert.equal(text, "Server is running\n");
  assert.match(headers["content-type"] ?? "", /^text\/plain/);
});

test("Firefox's Connection header is understood", async () => {
  const { server, log } = createWorld();
  const headers = { ...UPGRADE, Connection: "keep-alive, Upgrade" };
  assert.equal(await upgrade(server, `/?device-id=${DEVICE}`, headers), 101);
  assert.equal(log[0]?.["msg"], "device connected");
});

test("request targets that are no URL are no harm", async () => {
  const { server, log } = createWorld();
  for (const path of ["//", "http://[", "*", `/%?device-id=${DEVICE}&x=%`, "/??&&=="]) {
    assert.equal(await upgrade(server, path, UPGRADE), 101, path);
  }
  assert.equal(log.filter(({ msg }) => msg === "device connected").length, 1);
  assert.equal(log.filter(({ msg }) => msg === "device refused").length, 4);
});

test("any path opens a WebSocket", async () => {
  const { server, clock } = createWorld();
  const { socket, texts } = await openSocket(server, "/whatever/path", { "device-id": DEVICE });
  socket.send('{"type":"hello"}');
  await clock.advance(100);
  assert.equal(JSON.parse(texts[0] ?? "").type, "hello");
  assert.equal(server.sessionCount, 1);
  socket.close();
  await clock.advance(100);
  assert.equal(server.sessionCount, 0);
});

test("without a device id there is one text frame and a normal close", async () => {
  const { server } = createWorld();
  const { texts, closed } = await openSocket(server, "/xiaozhi/v1/");
  assert.equal(await closed, 1000);
  assert.equal(texts.length, 1);
});

test("a turn travels over a real WebSocket", async () => {
  const { server, clock, turns } = createWorld();
  const { socket, texts, packets } = await openSocket(server, `/?device-id=${DEVICE}&client-id=${CLIENT}`);
  socket.send('{"type":"hello"}');
  socket.send('{"type":"listen","state":"detect","text":"hi"}');
  socket.send(Buffer.alloc(0));
  socket.send(Buffer.alloc(9_000));
  await clock.advance(3_000);
  assert.equal(JSON.parse(texts.at(-1) ?? "").state, "stop");
  assert.equal(packets.length, 3);
  assert.equal(turns[0]?.device, DEVICE);
  socket.close();
});

test("no frame that a WebSocket can carry ends the connection", async () => {
  const { server, clock } = createWorld();
  const frame = fc.oneof(fc.string(), fc.json(), fc.uint8Array({ maxLength: 9_000 }));
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { maxLength: 10 }), async (frames) => {
      const { socket, texts } = await openSocket(server, "/", { "device-id": DEVICE });
      for (const data of frames) socket.send(data);
      socket.send('{"type":"hello"}');
      await clock.advance(1_000);
      assert.equal(socket.readyState, socket.OPEN);
      assert.ok(texts.some((text) => /^\{"type":"hello",.*"session_id":/.test(text)));
      socket.close();
      await clock.advance(10);
    }),
    { numRuns: 40 },
  );
});

type Way = { name: string; query?: string; headers?: Record<string, string>; isAllowed: boolean };

function authMatrix(now: number): Way[] {
  const token = (deviceId: string, clientId: string, seconds = now) =>
    signToken(SECRET, { clientId, deviceId }, seconds);
  const own = (authorization: string) => ({ "device-id": DEVICE, "client-id": CLIENT, authorization });
  const good = `Bearer ${token(DEVICE, CLIENT)}`;
  const query = new URLSearchParams({ "device-id": DEVICE, "client-id": CLIENT, authorization: good });
  return [
    { name: "right token", headers: own(good), isAllowed: true },
    { name: "no token", headers: { "device-id": DEVICE, "client-id": CLIENT }, isAllowed: false },
    { name: "wrong token", headers: own("Bearer nonsense.123"), isAllowed: false },
    { name: "token of another client", headers: own(`Bearer ${token(DEVICE, "other")}`), isAllowed: false },
    { name: "token of 31 days ago", headers: own(`Bearer ${token(DEVICE, CLIENT, now - 31 * DAY)}`), isAllowed: false },
    { name: "white-listed device", headers: { "device-id": "aa:aa:aa:aa:aa:aa" }, isAllowed: true },
    { name: "token in the query", query: `?${query}`, isAllowed: true },
    {
      name: "token in the query beside a header",
      query: `?${query}`,
      headers: { "device-id": DEVICE },
      isAllowed: false,
    },
    { name: "token without Bearer", headers: own(token(DEVICE, CLIENT)), isAllowed: false },
  ];
}

test("with authentication on, only genuine, fresh tokens and white-listed devices come in", async (context) => {
  const { server, clock } = createWorld({}, AUTH);
  for (const { name, query = "", headers, isAllowed } of authMatrix(Math.floor(clock.now() / 1000))) {
    await context.test(name, async () => {
      const { socket, texts, closed } = await openSocket(server, `/xiaozhi/v1/${query}`, headers);
      if (isAllowed) {
        socket.send('{"type":"hello"}');
        await clock.advance(10);
        assert.equal(JSON.parse(texts[0] ?? "").type, "hello");
        socket.close();
      } else {
        assert.equal(await closed, 1000);
        assert.deepEqual(texts, ["认证失败"]);
      }
    });
  }
});

test("stopping ends the speech, closes every connection and the ports", async () => {
  const { server, clock, log } = createWorld(
    { rounds: ["很长的一句话说了很久很久。"], msPerCharacter: 300 },
    { XIAOZHI_SERVER_PORT: "0", XIAOZHI_SERVER_HTTP_PORT: "0", XIAOZHI_SERVER_IP: "127.0.0.1" },
  );
  await server.start();
  const { websocket } = server.ports;
  const { socket, texts, closed } = await openSocket(server, "/", { "device-id": DEVICE });
  socket.send('{"type":"listen","state":"detect","text":"hi"}');
  await clock.advance(500);
  assert.equal(JSON.parse(texts.at(-1) ?? "").state, "sentence_start");
  await clock.run(server.stop());
  assert.equal(await closed, 1000);
  assert.equal(JSON.parse(texts.at(-1) ?? "").state, "stop");
  assert.equal(log.at(-1)?.["msg"], "server stopped");
  await assert.rejects(connect(websocket), { code: "ECONNREFUSED" });
});

test("a busy port is named, with the way to choose another", async () => {
  const ports = { XIAOZHI_SERVER_PORT: "0", XIAOZHI_SERVER_HTTP_PORT: "0", XIAOZHI_SERVER_IP: "127.0.0.1" };
  const first = createWorld({}, ports);
  await first.server.start();
  const { websocket } = first.server.ports;
  const second = createWorld({}, { ...ports, XIAOZHI_SERVER_PORT: String(websocket) });
  await assert.rejects(second.server.start(), {
    code: "port-busy",
    message: new RegExp(`port ${websocket} .*server\\.port.*XIAOZHI_SERVER_PORT`),
  });
  await first.clock.run(first.server.stop());
});

function connect(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    createConnection({ port, host: "127.0.0.1" }, resolve).once("error", reject);
  });
}
