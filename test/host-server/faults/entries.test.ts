import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { Writable } from "node:stream";
import { test } from "node:test";
import { type WebSocket, WebSocketServer } from "ws";
import { contained } from "../../../host-server/faults/contained.ts";
import { containedClock } from "../../../host-server/faults/contained-clock.ts";
import { outliveFaults } from "../../../host-server/faults/outlive-faults.ts";
import { FrameBatch } from "../../../host-server/gateway/audio-threads/frame-batch.ts";
import type { FromThread } from "../../../host-server/gateway/audio-threads/messages.ts";
import { ThreadedPort } from "../../../host-server/gateway/audio-threads/threaded-port.ts";
import { serveConsole } from "../../../host-server/gateway/console-link.ts";
import { AudioPort } from "../../../host-server/gateway/mqtt/audio-port.ts";
import { MqttBroker } from "../../../host-server/gateway/mqtt/broker.ts";
import { BrokerClient } from "../../../host-server/gateway/outer-broker/broker-client.ts";
import { RemoteSession } from "../../../host-server/gateway/remote-session.ts";
import { ServerList } from "../../../host-server/gateway/server-list.ts";
import { createWebSocketGateway } from "../../../host-server/gateway/websocket.ts";
import { linkPort, WebSocketLink } from "../../../host-server/gateway/websocket-link.ts";
import { createLog } from "../../../host-server/log.ts";
import { EndpointPort } from "../../../host-server/mcp-endpoint/port/endpoint-port.ts";
import type { DeviceLink } from "../../../host-server/session/link.ts";
import { VirtualClock } from "../../../simulator/clock.ts";
import { connectedPair } from "../fakes/http.ts";
import { FakeMqttDevice, mqttPacket, text } from "../fakes/mqtt.ts";

const UPGRADE =
  "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
const LIMITS = {
  messageBytes: 4096,
  connectionsPerAddress: 0,
  messagesPerSecond: 100,
  packetsPerSecond: 100,
  unreadBytes: 9e6,
};
const ADDRESS = "11:22:33:44:55:66";
const CLIENT = `GID_box@@@${ADDRESS.replaceAll(":", "_")}@@@uuid`;

/** A log, and what its faults were. */
function notedLog() {
  const faults: { at: string; device?: string; error: { message: string } }[] = [];
  const write = (line: Buffer, _encoding: unknown, done: () => void) => {
    const { level, ...fields } = JSON.parse(String(line));
    if (level === 50) faults.push(fields);
    done();
  };
  return { log: createLog({ level: "error", output: new Writable({ write }) }), faults };
}

/** Fails as often as it is told to. */
function failing() {
  const left = { faults: 0 };
  const step = <Value>(value: Value): Value => {
    if (left.faults-- > 0) throw new TypeError("a fault of our own");
    return value;
  };
  return { left, step };
}

/** Asks a server for a WebSocket; gives the first line of the answer, or nothing when the connection was ended. */
async function upgrade(http: { emit(event: "connection", stream: object): unknown }, target: string): Promise<string> {
  const [ours, theirs] = connectedPair();
  ours.on("error", () => {});
  http.emit("connection", Object.assign(theirs, { remoteAddress: "192.0.2.1" }));
  ours.write(`GET ${target} HTTP/1.1\r\nHost: a\r\n${UPGRADE}`);
  const answer = await new Promise<string>((resolve) => {
    ours.once("data", (bytes) => resolve(String(bytes).split("\r\n")[0] ?? ""));
    ours.once("close", () => resolve(""));
  });
  ours.destroy();
  return answer;
}

test("what a handler throws is told with where and whose it was, and the one that it came by can be ended", () => {
  const { log, faults } = notedLog();
  const ended: string[] = [];
  const handle = contained(
    { log, at: "entry", device: ADDRESS },
    (message: string) => {
      if (message === "bad") throw new Error("no");
    },
    (message) => ended.push(message),
  );
  for (const message of ["good", "bad", "good"]) handle(message);
  assert.deepEqual(ended, ["bad"]);
  assert.deepEqual(
    faults.map(({ at, device, error }) => [at, device, error.message]),
    [["entry", ADDRESS, "no"]],
  );
});

test("a timer that throws is told, and the others go on", async () => {
  const { log, faults } = notedLog();
  const virtual = new VirtualClock();
  const clock = containedClock(virtual, log);
  const ran: string[] = [];
  clock.schedule(10, () => {
    throw new Error("no");
  });
  clock.schedule(20, () => ran.push("second"));
  clock.schedule(30, () => ran.push("cancelled"))();
  await virtual.advance(50);
  assert.deepEqual([ran, faults.map(({ at }) => at), clock.now()], [["second"], ["timer"], virtual.now()]);
});

test("a process outlives faults that nobody has caught, but not one after the other", () => {
  const { log, faults } = notedLog();
  const statuses: number[] = [];
  const subject = Object.assign(new EventEmitter(), { exit: (status: number) => statuses.push(status) });
  let now = 0;
  const end = outliveFaults(log, subject, () => now);
  for (let count = 0; count < 100; count++) {
    now += 10_000;
    subject.emit(count % 2 === 0 ? "uncaughtException" : "unhandledRejection", new Error(`${count}`));
  }
  assert.deepEqual([statuses, faults.length], [[], 100]);
  for (let count = 0; count < 20; count++) subject.emit("unhandledRejection", "not even an error");
  assert.deepEqual(statuses.slice(0, 1), [1]);
  end();
  assert.deepEqual([subject.listenerCount("uncaughtException"), subject.listenerCount("unhandledRejection")], [0, 0]);
});

test("WebSocket: a fault in letting somebody in ends that connection alone", async () => {
  const { log, faults } = notedLog();
  const { left, step } = failing();
  const { http } = createWebSocketGateway({
    ...{ log, clock: new VirtualClock(), limits: LIMITS, manage: undefined, onMcpLink: () => {} },
    isAllowed: () => true,
    onLink: () => step(undefined),
  });
  left.faults = 1;
  const target = `/?device-id=${ADDRESS}`;
  await upgrade(http, target);
  assert.match(await upgrade(http, target), /101/);
  assert.deepEqual(
    faults.map(({ at }) => at),
    ["websocket"],
  );
});

test("WebSocket: a fault in a packet or a farewell is told, and the next packet is heard", () => {
  const { log, faults } = notedLog();
  const { left, step } = failing();
  const device = { deviceId: ADDRESS, clientId: "c", ip: "192.0.2.1" };
  const port = linkPort({ limits: LIMITS, clock: new VirtualClock(), log });
  const link = new WebSocketLink({} as never, { device, framing: 1, port });
  const heard: number[] = [];
  link.attach({
    sessionId: "s",
    onText: () => {},
    onAudio: (packet) => heard.push(step(packet.length)),
    onClose: () => step(undefined),
  });
  left.faults = 1;
  for (let count = 0; count < 2; count++) link.onMessage(Buffer.from([0x58, 1, 2]), true);
  left.faults = 1;
  link.onClose();
  assert.deepEqual([heard, faults.map(({ at }) => at)], [[3], ["websocket", "websocket"]]);
  assert.deepEqual(new Set(faults.map((fault) => fault.device)), new Set([ADDRESS]));
});

test("MQTT: a fault in a login, a message or a farewell ends that connection alone", async () => {
  const { log, faults } = notedLog();
  const { left, step } = failing();
  const clock = new VirtualClock();
  const heard: string[] = [];
  const places = { login: false, welcome: false, message: false, end: false };
  const at = (place: keyof typeof places) => places[place] && step(undefined);
  const broker = new MqttBroker({
    ...{ clock, log, limits: { packetBytes: 9_000, packetsPerSecond: 100, connectionsPerAddress: 0 } },
    isAllowed: () => {
      at("login");
      return true;
    },
    onDevice: () => {
      at("welcome");
      return {
        onText: (message) => {
          at("message");
          heard.push(message);
        },
        onClose: () => void at("end"),
      };
    },
  });
  const visit = async () => {
    const [ours, theirs] = connectedPair();
    await broker.accept(theirs);
    const device = new FakeMqttDevice(ours);
    device.login({ client_id: CLIENT, username: "u", password: "p" });
    await clock.advance(20);
    if (!device.isClosed) device.stream.write(mqttPacket(0x30, text("device-server"), Buffer.from("{}")));
    await clock.advance(20);
    const outcome = device.isClosed;
    device.stream.destroy();
    await clock.advance(20);
    return outcome;
  };
  for (const place of ["login", "welcome", "message"] as const) {
    Object.assign(places, { login: false, welcome: false, message: false, end: false, [place]: true });
    left.faults = 1;
    assert.equal(await visit(), true, `${place}: the connection is ended`);
    assert.equal(await visit(), false, `${place}: the next one is served`);
  }
  Object.assign(places, { message: false, end: true });
  left.faults = 1;
  assert.equal(await visit(), false);
  assert.deepEqual(
    faults.map((fault) => fault.at),
    ["mqtt", "mqtt", "mqtt", "mqtt"],
  );
  assert.equal(heard.length, 4);
  await clock.run(broker.close());
});

test("UDP: a fault in a session is told, and is no stray of the network", () => {
  const errors: unknown[] = [];
  const port = new AudioPort(new VirtualClock(), (error) => errors.push(error));
  const { left, step } = failing();
  const { path } = port.open({ onAudio: () => step(undefined), onActivity: () => {} });
  const from = { address: "192.0.2.1", port: 9, send: () => {} };
  const datagram = (sequence: number) => {
    const bytes = Buffer.concat([path.nonce, Uint8Array.of(1, 2, 3)]);
    bytes.writeUInt16BE(3, 2);
    bytes.writeUInt32BE(sequence, 12);
    return bytes;
  };
  left.faults = 1;
  for (const sequence of [1, 2]) port.receive(datagram(sequence), from);
  port.receive(datagram(3).subarray(0, 17), from);
  assert.deepEqual([errors.length, port.strayCount], [1, 1]);
});

test("threads for audio: a fault in one session loses no frame of another", () => {
  const { log, faults } = notedLog();
  let deliver: (message: FromThread) => void = () => {};
  const startThread: ConstructorParameters<typeof ThreadedPort>[0]["startThread"] = ({ onMessage }) => {
    deliver = onMessage;
    return { post: () => {}, stop: async () => {} };
  };
  const port = new ThreadedPort({ clock: new VirtualClock(), log, lane: 0, startThread, soon: () => {} });
  const heard: number[] = [];
  const bad = () => {
    throw new Error("no");
  };
  port.open({ ssrc: 1, key: new Uint8Array(16) }, { onAudio: bad, onActivity: () => {} });
  port.open(
    { ssrc: 2, key: new Uint8Array(16) },
    { onAudio: (audio) => heard.push(audio.length), onActivity: () => {} },
  );
  const batch = new FrameBatch();
  for (const ssrc of [1, 2, 1, 2]) batch.add(ssrc, 0, new Uint8Array(5));
  deliver(batch.take());
  assert.deepEqual([heard, faults.length], [[5, 5], 2]);
});

test("a console: a fault in what it asks for ends its visit", () => {
  const { log, faults } = notedLog();
  const codes: number[] = [];
  const socket = Object.assign(new EventEmitter(), {
    readyState: 1,
    OPEN: 1,
    close: (code: number) => codes.push(code),
  });
  const send = () => {
    throw new TypeError("no");
  };
  const answer = () => ({ type: "server", status: "success", message: "" }) as never;
  serveConsole(Object.assign(socket, { send }) as never, { clock: new VirtualClock(), log, manage: answer });
  socket.emit("message", Buffer.from('{"type":"server","action":"restart","content":{"secret":"s"}}'), false);
  assert.deepEqual([codes, faults.map(({ at }) => at)], [[1000], ["console"]]);
});

test("a gateway: a fault in handing on what a server says loses that message alone", async () => {
  const { log, faults } = notedLog();
  const { left, step } = failing();
  const clock = new VirtualClock();
  const http = createHttpServer();
  const last = Promise.withResolvers<void>();
  new WebSocketServer({ server: http }).on("connection", (socket: WebSocket) => {
    socket.once("message", () => {
      for (const type of ["hello", "llm", "stt"]) socket.send(JSON.stringify({ type, session_id: "s1" }));
    });
  });
  const types: string[] = [];
  const link: DeviceLink = {
    ...{ transport: "udp", device: { deviceId: ADDRESS, clientId: "c", ip: "192.0.2.1" }, attach: () => {} },
    sendText: (message) => {
      step(undefined);
      types.push(JSON.parse(message).type);
      if (types.at(-1) === "stt") last.resolve();
    },
    ...{ sendAudio: () => {}, close: () => {} },
  };
  const dial = () => {
    const [ours, theirs] = connectedPair();
    http.emit("connection", theirs);
    return ours;
  };
  const servers = new ServerList([{ url: "ws://server/", weight: 1 }], clock);
  const session = new RemoteSession(link, { ...{ servers, clock, log, dial }, tokenFor: () => "t" });
  left.faults = 1;
  session.onText('{"type":"hello","version":3}');
  await last.promise;
  session.onClose();
  assert.deepEqual([types, faults.map(({ at }) => at)], [["llm", "stt"], ["gateway"]]);
});

test("MCP endpoint: addresses that are none, and faults behind them, end nothing", async (t) => {
  const { log, faults } = notedLog();
  const { left, step } = failing();
  const port = new EndpointPort({
    ...{ clock: new VirtualClock(), log, key: "key", auditFile: "" },
    limits: { messageBytes: 4096, messagesPerSecond: 1000, maxCalls: 100, connections: 0, timeoutMs: 30_000 },
    agentOf: () => "agent",
  });
  t.after(() => port.close());
  port.relay.listen({ onWanted: () => step(undefined), onOwnTools: () => {} });
  for (const target of ["//", "http://[", "//?", "/mcp_endpoint/none"])
    assert.match(await upgrade(port.http, target), /404/);
  left.faults = 1;
  const target = "/mcp_endpoint/call?token=a";
  await upgrade(port.http, target);
  assert.match(await upgrade(port.http, target), /101/);
  assert.deepEqual(
    faults.map(({ at }) => at),
    ["mcp-endpoint"],
  );
});

test("another broker: a fault in what follows its loss does not keep the gateway from coming back", async (t) => {
  const { log, faults } = notedLog();
  const clock = new VirtualClock();
  const visits: number[] = [];
  const broker = createServer((socket) => {
    visits.push(1);
    socket.on("error", () => {});
    socket.write(Buffer.concat([mqttPacket(0x20, Uint8Array.of(0, 0)), mqttPacket(0x90, Uint8Array.of(0, 1, 0))]));
    socket.end();
    socket.resume();
  });
  broker.listen(0, "127.0.0.1");
  await once(broker, "listening");
  t.after(() => broker.close());
  const lost = Promise.withResolvers<void>();
  const client = new BrokerClient({
    ...{ clientId: "a", filter: "b", clock, log, onMessage: () => {} },
    url: new URL(`mqtt://127.0.0.1:${(broker.address() as AddressInfo).port}`),
    onLost: () => {
      setImmediate(lost.resolve);
      throw new Error("no");
    },
  });
  client.start();
  await lost.promise;
  assert.deepEqual(
    faults.map(({ at }) => at),
    ["broker"],
  );
  const again = once(broker, "connection");
  await clock.advance(2_000);
  await again;
  client.stop();
});
