import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../simulator/device/settings-store.ts";
import type { Datagram } from "../../simulator/network.ts";
import { nameBytes, recordBytes, responseBytes, srvBytes, txtBytes } from "./dns-bytes.ts";
import { createWorld } from "./world.ts";

const SERVICE = nameBytes("_xiaozhi._tcp.local");
const INSTANCE = nameBytes("XiaoZhi on home._xiaozhi._tcp.local");
const HOST = nameBytes("home.local");
const QUESTION = `000000000001000000000000${SERVICE.toString("hex")}000c0001`;
const OTA = ["v=1", "ota=/xiaozhi/ota/"];

interface AnnouncerOptions {
  readonly port?: number;
  readonly texts?: readonly string[];
  /** In the record of the host; none by default, so that the sender's counts. */
  readonly addresses?: readonly string[];
}

function announcement({ port = 8002, texts = OTA, addresses = [] }: AnnouncerOptions): Buffer {
  return responseBytes([
    recordBytes(SERVICE, "PTR", INSTANCE),
    recordBytes(INSTANCE, "SRV", srvBytes(port, HOST)),
    recordBytes(INSTANCE, "TXT", txtBytes(...texts)),
    ...addresses.map((address) => recordBytes(HOST, "A", Buffer.from(address.split(".").map(Number)))),
  ]);
}

/** A device without an address in a network where somebody answers questions for servers. */
async function lanWorld(options: AnnouncerOptions | undefined, { store = new MemoryStore(), otaUrl = "" } = {}) {
  const world = await createWorld({ config: { otaUrl }, store });
  const questions: Datagram[] = [];
  const responder = await world.network.bind("server.test", 5353, (datagram) => {
    questions.push(datagram);
    if (options) responder.send(announcement(options), datagram);
  });
  return { ...world, questions, store, responder };
}

test("a device without an address finds the server of its network, and does not keep the address", async () => {
  const { boot, server, questions, store, lines, device, clock } = await lanWorld({});
  await boot();
  assert.equal(server.otaRequests.length, 1);
  assert.equal(Buffer.from(questions[0]?.data ?? []).toString("hex"), QUESTION);
  assert.ok(lines.some((line) => /^info server found url=http:\/\/10\.1\.0\.\d+:8002\/xiaozhi\/ota\/$/.test(line)));
  assert.deepEqual(store.keys("wifi"), []);
  device.restart();
  await clock.run(device.reached("idle"));
  assert.equal(server.otaRequests.length, 2);
  assert.equal(questions.length, 2, "the next start looks again");
});

test("an address that was chosen is used, and nobody is asked", async () => {
  const store = new MemoryStore();
  store.set("wifi", "ota_url", { format: "string", value: "http://server.test:8002/mine/" });
  const { boot, questions } = await lanWorld({ port: 9 }, { store });
  await boot();
  assert.equal(questions.length, 0);
});

test("without an answer the question is asked three times; the user is told once, and it is tried again later", async () => {
  const { clock, device, questions, lines } = await lanWorld(undefined);
  device.start();
  await clock.advance(5200);
  assert.equal(questions.length, 3);
  const text = "No server found in this network: start one, or set its address";
  assert.ok(lines.includes(`warn alert text=${text}`), lines.join("\n"));
  const failed = lines.find((line) => line.startsWith("warn version check failed")) ?? "";
  assert.match(failed, /nobody in this network answers as _xiaozhi\._tcp, and no address is set/);
  assert.match(failed, /retryMs=10000/);
  await clock.advance(15_000);
  assert.equal(questions.length, 6);
  assert.equal(lines.filter((line) => line.includes("alert")).length, 1);
  assert.equal(device.stats.crashes, 0);
});

test("a server that comes later is found by the next attempt", async () => {
  const options = { port: 8002 };
  const { clock, network, device, server } = await createWorld({ config: { otaUrl: "" } });
  device.start();
  await clock.advance(6000);
  const responder = await network.bind("server.test", 5353, (datagram) => {
    responder.send(announcement(options), datagram);
  });
  await clock.run(device.reached("idle"));
  assert.equal(server.otaRequests.length, 1);
});

test("a found server that does not answer the version check is looked for again", async () => {
  const { clock, device, server, questions } = await lanWorld({});
  const { body } = server.ota;
  server.ota = { status: 503, body: "" };
  device.start();
  await clock.advance(1000);
  assert.deepEqual([questions.length, server.otaRequests.length], [1, 1]);
  server.ota = { status: 200, body };
  await clock.run(device.reached("idle"));
  assert.deepEqual([questions.length, server.otaRequests.length], [2, 2]);
});

test("the activation asks the server that was found", async () => {
  const { clock, device, server, questions } = await lanWorld({});
  server.ota = { status: 200, body: '{"activation":{"challenge":"c"}}' };
  device.start();
  await clock.advance(4000);
  assert.ok(server.activations.length > 0);
  assert.equal(questions.length, 1);
});

for (const [what, options] of Object.entries({
  "the sender's own address, among others": { addresses: ["172.17.0.1", "10.1.0.1"] },
  "no texts": { texts: [] },
  "a whole address": { texts: ["v=1", "ota=http://server.test:8002/xiaozhi/ota/"], port: 9 },
  "keys in capitals": { texts: ["V=1", "OTA=/xiaozhi/ota/"] },
})) {
  test(`an announcement with ${what} leads to the server`, async () => {
    const { boot, server } = await lanWorld(options);
    await boot();
    assert.equal(server.otaRequests.length, 1);
  });
}

test("an answer that was passed on names the server's address", async () => {
  const { clock, device, lines } = await lanWorld({ addresses: ["10.99.0.1", "10.99.0.2"] });
  device.start();
  await clock.advance(1000);
  assert.ok(lines.includes("info server found url=http://10.99.0.1:8002/xiaozhi/ota/"), lines.join("\n"));
});

for (const [what, options] of Object.entries({
  "another version": { texts: ["v=2", "ota=/xiaozhi/ota/"] },
  "a path that is none": { texts: ["v=1", "ota=xiaozhi"] },
  "a path with a blank": { texts: ["v=1", "ota=/a b"] },
  "no port": { port: 0 },
})) {
  test(`an announcement with ${what} is passed over`, async () => {
    const { clock, device, lines } = await lanWorld(options);
    device.start();
    await clock.advance(5200);
    assert.ok(!lines.some((line) => line.startsWith("info server found")));
    assert.ok(lines.some((line) => line.includes("No server found")));
  });
}

test("datagrams that are no answers harm nothing", async () => {
  const { clock, network, device, lines } = await createWorld({ config: { otaUrl: "" } });
  const responder = await network.bind("server.test", 5353, (datagram) => {
    for (const bytes of [[], [0xff], Array(600).fill(0xc0), [...announcement({})].slice(0, 60)]) {
      responder.send(Uint8Array.from(bytes), datagram);
    }
    responder.send(announcement({}), datagram);
  });
  device.start();
  await clock.run(device.reached("idle"));
  assert.equal(device.stats.crashes, 0);
  assert.ok(!lines.some((line) => line.includes("callback failed")));
});
