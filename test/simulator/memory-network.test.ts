import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { createServer, get } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { test } from "node:test";
import { WebSocket, WebSocketServer } from "ws";
import { VirtualClock } from "../../simulator/clock.ts";
import { HostNetwork } from "../../simulator/host-network.ts";
import { MemoryNetwork } from "../../simulator/memory-network.ts";
import type { Network } from "../../simulator/network.ts";

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

function failure(stream: Duplex): Promise<NodeJS.ErrnoException> {
  return new Promise((resolve) => stream.once("error", resolve));
}

test("bytes arrive whole, in order, and later than they were sent", async () => {
  const clock = new VirtualClock({ start: 0 });
  const network = new MemoryNetwork({ clock, delayMs: [5, 80], seed: 3 });
  const sent = Buffer.alloc(300_000, 0).map((_, index) => index % 251);
  await network.listen("server.test", 80, (stream) => stream.end(sent));
  const client = network.connect({ host: "server.test", port: 80 });
  client.end();
  const received = await clock.run(readAll(client));
  assert.deepEqual(received, Buffer.from(sent));
  assert.ok(clock.now() >= 15);
});

test("the same seed gives the same times, another seed others", async () => {
  async function arrivals(seed: number): Promise<number[]> {
    const clock = new VirtualClock({ start: 0 });
    const network = new MemoryNetwork({ clock, delayMs: [1, 100], seed });
    const times: number[] = [];
    await network.listen("server.test", 80, (stream) => stream.on("data", () => times.push(clock.now())));
    const client = network.connect({ host: "server.test", port: 80 });
    for (let i = 0; i < 5; i++) clock.schedule(i * 200, () => client.write(`${i}`));
    await clock.advance(2000);
    assert.equal(times.length, 5);
    return times;
  }
  assert.deepEqual(await arrivals(1), await arrivals(1));
  assert.notDeepEqual(await arrivals(1), await arrivals(2));
});

test("a writer waits for a reader that does not read", async () => {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock });
  let server: Duplex | undefined;
  await network.listen("server.test", 80, (stream) => {
    server = stream;
  });
  const client = network.connect({ host: "server.test", port: 80 });
  let accepted = 0;
  for (let i = 0; i < 100; i++) client.write(Buffer.alloc(4096), () => accepted++);
  await clock.advance(1000);
  assert.ok(accepted < 40, `${accepted} writes were accepted`);
  server?.resume();
  await clock.advance(1000);
  assert.equal(accepted, 100);
});

test("refused ports, unknown names and silent hosts fail as on a real network", async () => {
  const clock = new VirtualClock({ start: 0 });
  const network = new MemoryNetwork({ clock });
  await network.listen("server.test", 80, (stream) => stream.resume());
  const nobody = network.connect({ host: "server.test", port: 81 });
  assert.equal((await clock.run(failure(nobody))).code, "ECONNREFUSED");
  const allow = network.refuse("server.test", 80);
  assert.equal((await clock.run(failure(network.connect({ host: "server.test", port: 80 })))).code, "ECONNREFUSED");
  allow();
  const open = new Promise((resolve) => network.connect({ host: "server.test", port: 80 }).once("connect", resolve));
  await clock.run(open);
  await assert.rejects(clock.run(network.resolve("elsewhere.test")), { code: "ENOTFOUND" });
  network.isolate("server.test");
  const before = clock.now();
  assert.equal((await clock.run(failure(network.connect({ host: "server.test", port: 80 })))).code, "EHOSTUNREACH");
  assert.ok(clock.now() - before >= 20_000);
});

test("a network that is taken down ends all connections without the clock", async () => {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock });
  const ends: Duplex[] = [];
  await network.listen("server.test", 80, (stream) => ends.push(stream));
  ends.push(network.connect({ host: "server.test", port: 80 }));
  await clock.advance(10);
  const closed = Promise.all(ends.map((end) => new Promise((resolve) => end.once("close", resolve))));
  network.close();
  await closed;
  assert.equal(ends.length, 2);
  assert.equal(network.connections, 0);
  assert.equal((await clock.run(failure(network.connect({ host: "server.test", port: 80 })))).code, "ECONNREFUSED");
});

test("a cut breaks both ends, a stall only keeps bytes back", async () => {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock });
  const received: string[] = [];
  let server: Duplex | undefined;
  await network.listen("server.test", 80, (stream) => {
    server = stream.on("data", (data) => received.push(`${data}`));
  });
  const client = network.connect({ host: "server.test", port: 80 });
  await clock.advance(10);
  const resume = network.stall({ port: 80 });
  client.write("late");
  await clock.advance(60_000);
  assert.deepEqual(received, []);
  resume();
  await clock.advance(10);
  assert.deepEqual(received, ["late"]);
  const failures = Promise.all([failure(client), failure(server!)]);
  assert.equal(network.cut({ host: "server.test" }), 1);
  const [first, second] = await clock.run(failures);
  assert.equal(first.code, "ECONNRESET");
  assert.equal(second.code, "ECONNRESET");
  assert.equal(network.connections, 0);
});

test("cuts from the seed break a share of the connections after some bytes", async () => {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, seed: 5, cuts: { share: 0.5, afterBytes: [10, 1000] } });
  await network.listen("server.test", 80, (stream) => {
    stream.resume();
    stream.on("error", () => {});
  });
  let broken = 0;
  for (let i = 0; i < 40; i++) {
    const client = network.connect({ host: "server.test", port: 80 });
    client.on("error", () => broken++);
    client.write(Buffer.alloc(2000));
  }
  await clock.advance(100);
  assert.ok(broken > 8 && broken < 32, `${broken} of 40 connections broke`);
});

async function exchange(network: Network, port: number, run: <T>(promise: Promise<T>) => Promise<T>): Promise<void> {
  const http = createServer((request, response) => response.end(`hello ${request.url}`));
  const sockets = new WebSocketServer({ noServer: true });
  http.on("upgrade", (request, stream, head) => {
    sockets.handleUpgrade(request, stream, head, (socket) =>
      socket.on("message", (data) => socket.send(`re: ${data}`)),
    );
  });
  const listening = await network.listen("127.0.0.1", port, (stream) => http.emit("connection", stream));
  const createConnection = () => network.connect({ host: "127.0.0.1", port: listening.port }) as Socket;
  const response = await run(
    new Promise<IncomingMessage>((resolve) => get({ host: "127.0.0.1", path: "/x", createConnection }, resolve)),
  );
  assert.equal(`${await run(readAll(response))}`, "hello /x");
  const client = new WebSocket("ws://127.0.0.1/", { createConnection });
  client.once("open", () => client.send("one"));
  assert.equal(`${await run(new Promise((resolve) => client.once("message", resolve)))}`, "re: one");
  const closed = new Promise((resolve) => client.once("close", resolve));
  client.close(1000);
  assert.equal(await run(closed), 1000);
  await listening.close();
}

test("an HTTP and WebSocket server work over the memory network", async () => {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, delayMs: [1, 30] });
  await exchange(network, 8000, (promise) => clock.run(promise));
  network.close();
});

test("the same server works over the host's network", async () => {
  await exchange(new HostNetwork(), 0, (promise) => promise);
});

test("datagrams arrive with their sender, and some get lost", async () => {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, seed: 2, datagramLoss: 0.3 });
  const received: number[] = [];
  const server = await network.bind("server.test", 8884, ({ data, address, port }) => {
    assert.equal(address, "10.0.0.9");
    assert.equal(port, client.port);
    received.push(data[0]!);
  });
  const client = await network.bind("10.0.0.9", 0, () => {});
  const address = await clock.run(network.resolve("server.test"));
  for (let i = 0; i < 100; i++) client.send(Uint8Array.of(i), { address, port: server.port });
  await clock.advance(100);
  assert.ok(received.length > 50 && received.length < 90, `${received.length} of 100 datagrams arrived`);
  server.close();
  client.send(Uint8Array.of(1), { address, port: 8884 });
  await clock.advance(100);
});

test("a datagram to a group reaches everybody on its port, from the address of its sender", async () => {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock });
  const heard: string[] = [];
  const listen = (who: string, port: number) => (from: { address: string }) =>
    heard.push(`${who}:${port} ${from.address}`);
  await network.bind("10.0.0.3", 5353, listen("3", 5353));
  await network.bind("10.0.0.4", 5353, listen("4", 5353));
  await network.bind("10.0.0.5", 9, listen("5", 9));
  const sender = await network.bind("10.0.0.6", 0, listen("6", 0));
  sender.send(Uint8Array.of(1), { address: "224.0.0.251", port: 5353 });
  await clock.advance(10);
  assert.deepEqual(heard, ["3:5353 10.0.0.6", "4:5353 10.0.0.6"]);
});
