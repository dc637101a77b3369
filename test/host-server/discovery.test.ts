import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { hostname } from "node:os";
import { test } from "node:test";
import { announceServer } from "../../host-server/discovery.ts";
import { createLog } from "../../host-server/log.ts";
import { announcedServer } from "../../modules/discovery/announced-server.ts";
import { dnsQuestion, readDnsRecords } from "../../modules/discovery/dns-message.ts";

const LOG = createLog({ level: "silent" });

async function freePort(): Promise<number> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  return port;
}

/** Someone in the network, who asks from a port of its own; the loopback address stands for the multicast group. */
async function asker(port: number) {
  const socket = createSocket("udp4");
  const answers: Buffer[] = [];
  socket.on("message", (bytes) => answers.push(bytes));
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const ask = (bytes: Uint8Array) => new Promise((resolve) => socket.send(bytes, port, "127.0.0.1", resolve));
  return { socket, answers, ask };
}

test("a device that asks for a server is told its address, and after the stop no more", async () => {
  const port = await freePort();
  const stop = announceServer({ log: LOG, port: 9002, multicast: { multicast: false, ip: "127.0.0.1", port } });
  const { socket, answers, ask } = await asker(port);
  try {
    const asking = setInterval(() => ask(dnsQuestion("_xiaozhi._tcp.local")), 50);
    await once(socket, "message");
    clearInterval(asking);
    const records = readDnsRecords(answers[0] ?? new Uint8Array());
    assert.match(announcedServer(records, "10.0.0.9") ?? "", /^http:\/\/[\d.]+:9002\/xiaozhi\/ota\/$/);
    const service = records.find(({ type }) => type === "SRV");
    assert.equal(
      service?.name,
      `xiaozhi on ${hostname().split(".").join("-")} (9002)._xiaozhi._tcp.local`.toLowerCase(),
    );
  } finally {
    await stop();
    socket.close();
  }
});

test("who asks for something else gets no direct answer", async () => {
  const port = await freePort();
  const stop = announceServer({ log: LOG, port: 8002, multicast: { multicast: false, ip: "127.0.0.1", port } });
  const { socket, answers, ask } = await asker(port);
  try {
    const asking = setInterval(() => {
      ask(dnsQuestion("_http._tcp.local"));
      ask(Buffer.from("no question"));
      ask(dnsQuestion("_XIAOZHI._tcp.local"));
    }, 50);
    await once(socket, "message");
    clearInterval(asking);
    for (const answer of answers) {
      assert.ok(readDnsRecords(answer).some(({ type, name }) => type === "PTR" && name === "_xiaozhi._tcp.local"));
    }
  } finally {
    await stop();
    socket.close();
  }
});
