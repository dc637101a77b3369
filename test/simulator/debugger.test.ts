import assert from "node:assert/strict";
import { once } from "node:events";
import { it } from "node:test";
import { Worker } from "node:worker_threads";
import { rig } from "./engine.ts";

/**
 * A debugger that sets a breakpoint at main.ts:4 and goes on after each stop. It has a thread of its own, for the
 * machine's thread stands still meanwhile.
 */
const xsbug = `
const { parentPort } = require("node:worker_threads");
const server = require("node:net").createServer((socket) => {
  let heard = "";
  socket.setEncoding("utf8");
  socket.on("data", (text) => {
    heard += text;
    if (text.includes("<login")) socket.write('\\r\\n<set-breakpoint path="main.ts" line="4"/>\\r\\n<go/>\\r\\n');
    else if (text.includes("<break")) socket.write("\\r\\n<go/>\\r\\n");
  });
  socket.on("close", () => { server.close(); parentPort.postMessage(heard); });
});
server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
`;

it("a debugger is told the machine's name and stops the program where it wants", async () => {
  const worker = new Worker(xsbug, { eval: true });
  const [port] = (await once(worker, "message")) as [number];
  const { machine } = rig(
    {
      main: `import { register } from "host";
        register({
          double(n: number): number {
            return 2 * n;
          },
        });`,
    },
    { name: "lamp", debugger: `127.0.0.1:${port}` },
  );
  machine.import("main");
  assert.equal(machine.notify(1, "double", 4), 8);
  machine.close();
  const [heard] = (await once(worker, "message")) as [string];
  assert.match(heard, /<login name="lamp"/);
  assert.match(heard, /<break path="main\.ts" line="4">/);
  assert.match(heard, /name="n" value="4"|"n".*4/);
});

it("a debugger that is not there is no hindrance", () => {
  assert.equal(rig({}, { debugger: "127.0.0.1:1" }).machine.eval("1 + 1"), 2);
  assert.equal(rig({}, { debugger: "nonsense" }).machine.eval("1 + 1"), 2);
});
