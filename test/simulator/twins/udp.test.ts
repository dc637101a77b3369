import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "../../../simulator/clock.ts";
import { HostNetwork } from "../../../simulator/host-network.ts";
import { MemoryNetwork } from "../../../simulator/memory-network.ts";
import type { Network } from "../../../simulator/network.ts";
import { program, run } from "./program.ts";

/** Sends three datagrams to an echo and reports what comes back. */
const echoing = (address: string, port: number) => `import UDP from "embedded:io/socket/udp";
  export default () => {
    let seen = 0;
    const udp = new UDP({
      onReadable(count) {
        for (; count > 0; count--) {
          const packet = this.read();
          say([text(packet), packet.address, packet.port, this === udp]);
          if (++seen === 3) say(udp.read() === undefined);
        }
      },
    });
    for (const word of ["one", "two", "three"]) udp.write(bytes(word), "${address}", ${port});
  };`;

async function startEcho(network: Network, host: string): Promise<{ port: number; close(): void }> {
  const echo = await network.bind(host, 0, ({ data, address, port }) => {
    echo.send(Buffer.concat([Buffer.from("re: "), data]), { address, port });
  });
  return echo;
}

test("datagrams go out and come back, with their sender", async () => {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock });
  const echo = await startEcho(network, "10.3.3.3");
  const said = await run(echoing("10.3.3.3", echo.port), 500, { clock, network });
  const from = ["10.3.3.3", echo.port, true];
  assert.deepEqual(said, [["re: one", ...from], ["re: two", ...from], ["re: three", ...from], true]);
});

test("the same over the host's network", async () => {
  const network = new HostNetwork();
  const echo = await startEcho(network, "127.0.0.1");
  const { clock, device, said } = program(echoing("127.0.0.1", echo.port), { network });
  device.start();
  for (let i = 0; i < 200 && said.length < 4; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    await clock.advance(1);
  }
  device.close();
  echo.close();
  assert.deepEqual(said.map((each) => (Array.isArray(each) ? each[0] : each)).sort(), [
    "re: one",
    "re: three",
    "re: two",
    true,
  ]);
});

test("wrong use is refused", async () => {
  const said = await run(`import UDP from "embedded:io/socket/udp";
    export default () => {
      const udp = new UDP();
      say(attempt(() => udp.write(bytes("x"), "server.test", 1)));
      say(attempt(() => udp.write(new Uint16Array(1), "10.0.0.1", 1)));
      say(attempt(() => new UDP({ port: 65536 })));
      udp.close();
      udp.close();
      say(attempt(() => udp.read()));
    };`);
  assert.deepEqual(said, [
    "RangeError: invalid IP address",
    "TypeError: invalid buffer",
    "RangeError: invalid port",
    "SyntaxError: C: xsGetHostData: invalid host data",
  ]);
});
