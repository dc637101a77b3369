import assert from "node:assert/strict";
import type { Duplex } from "node:stream";
import { test } from "node:test";
import { VirtualClock } from "../../../simulator/clock.ts";
import { MemoryNetwork } from "../../../simulator/memory-network.ts";
import { program, run } from "./program.ts";

const HOST = "10.9.9.9";

/** A network with a server that is told of each connection. */
async function served(onConnection: (stream: Duplex) => void) {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock });
  await network.listen(HOST, 7, onConnection);
  return { clock, network };
}

test("a connection writes, reads, and refuses more than its buffer holds", async () => {
  const network = await served((stream) => stream.on("data", (data) => stream.write(data)));
  const said = await run(
    `import TCP from "embedded:io/socket/tcp";
    export default () => {
      let isFirst = true;
      const tcp = new TCP({
        address: "${HOST}", port: 7,
        onWritable(count) {
          if (!isFirst) return;
          isFirst = false;
          say(["writable", this === tcp, count]);
          say(attempt(() => tcp.write(new Uint8Array(5745))));
          say(attempt(() => tcp.write(new Uint16Array(2))));
          say(tcp.write(bytes("hello")));
          say(tcp.write(new Uint8Array([1, 2, 33, 33]).subarray(2)));
        },
        onReadable(count) {
          say(["readable", count]);
          say(attempt(() => tcp.read(count + 1)));
          say(text(tcp.read(2)));
          const view = new Uint8Array(3);
          say(tcp.read(view));
          say(text(view));
          tcp.format = "number";
          say([tcp.format, tcp.read(), tcp.read(), tcp.read()]);
        },
      });
      say(attempt(() => tcp.write(bytes("too early"))));
      say([tcp.remoteAddress, tcp.remotePort]);
    };`,
    1000,
    network,
  );
  assert.deepEqual(said.slice(0, 7), [
    "Error: not ready",
    [HOST, 7],
    ["writable", true, 5744],
    "Error: would block",
    "TypeError: invalid buffer",
    5739,
    5737,
  ]);
  assert.deepEqual(said.slice(7), [["readable", 7], "Error: invalid", "he", 3, "llo", ["number", 33, 33, null]]);
});

test("the peer's end is an error, reported after everything has been read", async () => {
  const network = await served((stream) => stream.end("last words"));
  const said = await run(
    `import TCP from "embedded:io/socket/tcp";
    import Timer from "timer";
    export default () => {
      const tcp = new TCP({
        address: "${HOST}", port: 7,
        onReadable(count) { say(count); Timer.set(() => say(text(tcp.read())), 500); },
        onError() { say(["error", this === tcp, attempt(() => tcp.write(bytes("x")))]); tcp.close(); tcp.close(); },
      });
    };`,
    2000,
    network,
  );
  assert.deepEqual(said, [10, "last words", ["error", true, "Error: not ready"]]);
});

test("a refused connection is an error; wrong options are thrown", async () => {
  const said = await run(
    `import TCP from "embedded:io/socket/tcp";
    export default () => {
      new TCP({ address: "${HOST}", port: 8, onError() { say("refused"); } });
      say(attempt(() => new TCP({ host: "server.test", port: 7 })));
      say(attempt(() => new TCP({ address: "${HOST}", port: 70000 })));
      say(attempt(() => new TCP({ address: "${HOST}", port: 7, onReadable: 5 })));
      const closed = new TCP({ address: "${HOST}", port: 8, onError() { say("never"); } });
      closed.close();
      say(attempt(() => closed.read()));
    };`,
    1000,
    await served(() => {}),
  );
  assert.deepEqual(said, [
    "Error: invalid address",
    "RangeError: invalid port",
    "Error: not a function",
    "SyntaxError: C: xsGetHostData: invalid host data",
    "refused",
  ]);
});

test("what is not read stays with the sender, and all bytes pass in both directions", async () => {
  const sent = Buffer.alloc(50_000).map((_, index) => index % 253);
  const echoed: Buffer[] = [];
  const { clock, network } = await served((stream) => {
    stream.write(sent);
    stream.on("data", (data: Buffer) => echoed.push(data));
  });
  const { device, said } = program(
    `import TCP from "embedded:io/socket/tcp";
    import Timer from "timer";
    export default () => {
      let waiting = [];
      let most = 0;
      const tcp = new TCP({
        address: "${HOST}", port: 7,
        onReadable(count) { most = Math.max(most, count); Timer.set(read, 5); },
        onWritable(count) { send(count); },
      });
      let room = 0;
      const read = () => { const got = tcp.read(); if (got) { waiting.push(got); send(room); } };
      const send = (count) => {
        room = count;
        while (waiting.length && waiting[0].byteLength <= room) room = tcp.write(waiting.shift());
      };
      Timer.set(() => say(most), 900);
    };`,
    { clock, network },
  );
  device.start();
  await clock.advance(1000);
  assert.deepEqual(Buffer.concat(echoed), Buffer.from(sent));
  assert.ok((said[0] as number) <= 5744, `${said[0]} bytes were readable at once`);
  device.close();
});

test("a device that is closed lets go of its connections", async () => {
  const { clock, network } = await served((stream) => stream.resume().on("end", () => stream.end()));
  const { device } = program(
    `import TCP from "embedded:io/socket/tcp";
    export default () => { new TCP({ address: "${HOST}", port: 7 }); };`,
    { clock, network },
  );
  device.start();
  await clock.advance(100);
  assert.equal(network.connections, 1);
  device.close();
  await clock.advance(100);
  assert.equal(network.connections, 0);
});

test("names are resolved later, and unknown ones without an address", async () => {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, names: { "server.test": HOST } });
  const said = await run(
    `import Net from "net";
    import Resolver from "embedded:network/dns/resolver/udp";
    export default () => {
      Net.resolve("server.test", function (name, address) { say([name, address, this === globalThis]); });
      Net.resolve("nowhere.test", (name, address) => say([name, address === undefined]));
      new Resolver({}).resolve({ host: "server.test", onResolved: (...all) => say(all) });
      new Resolver({}).resolve({ host: "nowhere.test", onError: (error) => say(error.message) });
      say([Net.get("MAC"), Net.get("SSID"), Net.get("RSSI"), Net.get("CHANNEL"), typeof Net.get("IP"), Net.get("nothing")]);
    };`,
    100,
    { clock, network, mac: "02:00:00:00:00:01", status: { SSID: "home", RSSI: -61, CHANNEL: 11 } },
  );
  assert.deepEqual(said, [
    ["02:00:00:00:00:01", "home", -61, 11, "string", null],
    ["server.test", HOST, true],
    ["nowhere.test", true],
    ["server.test", HOST],
    "no address for nowhere.test",
  ]);
});
