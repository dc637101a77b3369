import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { test } from "node:test";
import fc from "fast-check";
import { type WebSocket, WebSocketServer } from "ws";
import { VirtualClock } from "../../../simulator/clock.ts";
import { MemoryNetwork } from "../../../simulator/memory-network.ts";
import { program, run } from "./program.ts";

async function served(onSocket: (socket: WebSocket, request: IncomingMessage) => void) {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, delayMs: [1, 20] });
  const server = createServer((_request, response) => response.writeHead(404).end());
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, stream, head) => {
    sockets.handleUpgrade(request, stream, head, (socket) => onSocket(socket, request));
  });
  await network.listen("server.test", 8000, (stream) => server.emit("connection", stream));
  return { clock, network };
}

/** A client that reports its callbacks; `options` replaces or adds some, `after` runs when it has been made. */
function client(options: string, after = ""): string {
  return `import WebSocketClient from "embedded:network/websocket/client";
    import TCP from "embedded:io/socket/tcp";
    import Resolver from "embedded:network/dns/resolver/udp";
    import Timer from "timer";
    export default () => {
      let message = "";
      const client = new WebSocketClient({
        host: "server.test", port: 8000, path: "/v1/", dns: { io: Resolver }, socket: { io: TCP },
        headers: new Map([["Device-Id", "aa:bb"], ["Protocol-Version", "1"]]),
        onReadable(count, { more, binary }) {
          message += text(this.read(count) ?? bytes(""));
          if (more) return;
          say([binary ? "binary" : "text", message.length > 100 ? message.length : message]);
          message = "";
        },
        onControl(opcode, data) { say(["control", opcode, data.byteLength]); },
        onClose() { say(["closed", this === client]); },
        onError() { say(["error", this === client]); },
        ${options}
      });
      ${after}
    };`;
}

test("a handshake carries the headers, and messages pass both ways", async () => {
  let request: IncomingMessage | undefined;
  const network = await served((socket, upgrade) => {
    request = upgrade;
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
    socket.send("welcome");
  });
  const said = await run(
    client(`protocol: "voice", onWritable(count) {
      if (this.isWritten) return;
      this.isWritten = true;
      say(["writable", count > 5000]);
      say(this.write(bytes("text"), { binary: false }) > 5000);
      this.write(bytes("bytes"));
      this.write(bytes(""), { binary: false });
    },`),
    1000,
    network,
  );
  assert.equal(request?.headers["device-id"], "aa:bb");
  assert.equal(request?.headers["sec-websocket-protocol"], "voice");
  assert.equal(request?.url, "/v1/");
  assert.deepEqual(said, [
    ["writable", true],
    true,
    ["text", "welcome"],
    ["text", "text"],
    ["binary", "bytes"],
    ["text", ""],
  ]);
});

test("long messages arrive in pieces and can be sent as fragments; too much at once is refused", async () => {
  const received: string[] = [];
  const network = await served((socket) => {
    socket.on("message", (data) => received.push(`${data}`));
    socket.send("y".repeat(70_000));
    socket.send(Buffer.alloc(300, "z"));
  });
  const said = await run(
    client(`onWritable(count) {
      if (this.isDone) return;
      this.isDone = true;
      say(attempt(() => this.write(new Uint8Array(6000))));
      this.write(bytes("one "), { binary: false, more: true });
      this.write(bytes("two "), { binary: false, more: true });
      this.write(bytes("three"), { binary: false });
      const left = this.write(new Uint8Array(200), { binary: true });
      say(left > 0 && attempt(() => this.write(new Uint8Array(left + 20))));
    },`),
    3000,
    { ...network, budget: { chunkBytes: 1_000_000 } },
  );
  assert.deepEqual(received, ["one two three", "\0".repeat(200)]);
  assert.deepEqual(said, ["Error: would block", "Error: would block", ["text", 70_000], ["binary", 300]]);
});

test("pings are answered, pongs are reported", async () => {
  let pong = "";
  const network = await served((socket) => {
    socket.on("pong", (data) => {
      pong = `${data}`;
    });
    socket.ping("abc");
  });
  const said = await run(client(""), 1000, network);
  assert.equal(pong, "abc");
  assert.deepEqual(said, [["control", 9, 3]]);
});

test("a close by the server is answered and ends as a close", async () => {
  let code = 0;
  const network = await served((socket) => {
    socket.on("close", (received) => {
      code = received;
    });
    socket.close(1000, "bye");
  });
  const said = await run(client(""), 3000, network);
  assert.equal(code, 1000);
  assert.deepEqual(said, [
    ["control", 8, 5],
    ["closed", true],
  ]);
});

test("a close by the device waits for the answer", async () => {
  let code = 0;
  const network = await served((socket) => {
    socket.on("close", (received) => {
      code = received;
    });
  });
  const said = await run(
    client("", `Timer.set(() => client.write(new Uint8Array([3, 232]), { opcode: WebSocketClient.close }), 200);`),
    3000,
    network,
  );
  assert.equal(code, 1000);
  assert.deepEqual(said, [
    ["control", 8, 2],
    ["closed", true],
  ]);
});

test("after close() nothing is called any more, and write is refused", async () => {
  const network = await served((socket) => socket.send("never seen"));
  const said = await run(
    client("", `say(attempt(() => client.write(bytes("early")))); client.close(); client.close();`),
    1000,
    network,
  );
  assert.deepEqual(said, ["Error: not connected"]);
});

test("a refused handshake, an unknown host and a broken connection are errors", async () => {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock });
  const http = createServer((_request, response) => response.writeHead(401).end());
  await network.listen("server.test", 8000, (stream) => http.emit("connection", stream));
  assert.deepEqual(await run(client(""), 1000, { clock, network }), [["error", true]]);
  const unknown = { clock, network: new MemoryNetwork({ clock }) };
  assert.deepEqual(await run(client(""), 1000, unknown), [["error", true]]);
  const broken = await served(() => broken.clock.schedule(100, () => broken.network.cut()));
  assert.deepEqual(await run(client(""), 1000, broken), [["error", true]]);
});

test("what is not read at once can be read later, before the next message is announced", async () => {
  const network = await served((socket) => {
    socket.send("first");
    socket.send("second");
  });
  const said = await run(
    client(`onReadable(count, { more }) {
      say([count, more]);
      if (count === 6) return void say(text(this.read(6)));
      say(text(this.read(2)));
      Timer.set(() => { say(text(this.read())); say(this.read() === undefined); }, 300);
    },`),
    2000,
    network,
  );
  assert.deepEqual(said, [[5, false], "fi", "rst", true, [6, false], "second"]);
});

const HANDSHAKE =
  "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n";

async function sendRaw(stream: Duplex, answer: Buffer, cut: number, clock: VirtualClock): Promise<void> {
  stream.on("error", () => {});
  stream.resume();
  stream.write(answer.subarray(0, cut));
  clock.schedule(50, () => stream.end(answer.subarray(cut)));
}

test("whatever bytes a server sends, the client ends or waits, and the device lives", async () => {
  const frame = fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc.constantFrom(
      Uint8Array.of(0x81, 2, 104, 105),
      Uint8Array.of(0x82, 126, 0, 1, 7),
      Uint8Array.of(2, 1, 7, 0x80, 1, 8),
      Uint8Array.of(0x89, 1, 1),
      Uint8Array.of(0x88, 2, 3, 232),
      Uint8Array.of(0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255),
      Uint8Array.of(0x81, 0x81, 1, 2, 3, 4, 5),
      Uint8Array.of(0x89, 126, 1, 0),
    ),
  );
  const isUpgraded = fc.boolean();
  await fc.assert(
    fc.asyncProperty(isUpgraded, fc.array(frame, { maxLength: 8 }), fc.nat(200), async (upgrades, frames, cut) => {
      const clock = new VirtualClock();
      const network = new MemoryNetwork({ clock });
      const answer = Buffer.concat([Buffer.from(upgrades ? HANDSHAKE : ""), ...frames]);
      await network.listen("server.test", 8000, (stream) => void sendRaw(stream, answer, cut, clock));
      const { device, said, errors } = program(client("onReadable() { this.read(); },"), { clock, network });
      device.start();
      await clock.advance(30_000);
      assert.equal(device.failure, undefined);
      assert.deepEqual(errors, []);
      const ends = said.filter((each) => Array.isArray(each) && (each[0] === "error" || each[0] === "closed"));
      assert.equal(ends.length, 1);
      device.close();
    }),
    { numRuns: 120 },
  );
});
