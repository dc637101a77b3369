import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { createWorld } from "../firmware/world.ts";
import { startDebugger } from "./debugger.ts";
import { rig } from "./engine.ts";

const PROGRAM = `import { register } from "host";
        register({
          double(n: number): number {
            return 2 * n;
          },
        });`;

it("a debugger is told the machine's name and stops the program where it wants", async () => {
  const { address, heard } = await startDebugger("main.ts", 4);
  const { machine } = rig({ main: PROGRAM }, { name: "lamp", debugger: address });
  machine.import("main");
  assert.equal(machine.notify(1, "double", 4), 8);
  machine.close();
  const text = await heard();
  assert.match(text, /<login name="lamp"/);
  assert.match(text, /<break path="main\.ts" line="4">/);
  assert.match(text, /name="n" value="4"|"n".*4/);
});

it("a debugger stops a device by the whole path of a file, which it can open", async () => {
  const path = join(import.meta.dirname, "../../modules/session/session.ts");
  const line =
    readFileSync(path, "utf8")
      .split("\n")
      .findIndex((text) => text.includes("toggle(): void")) + 2;
  const { address, heard } = await startDebugger(path, line);
  const { device, boot, listen } = await createWorld({ debugger: address });
  await boot();
  await listen();
  device.close();
  assert.ok((await heard()).includes(`<break path="${path}" line="${line}">`));
});

it("a debugger that is not there is no hindrance", () => {
  assert.equal(rig({}, { debugger: "127.0.0.1:1" }).machine.eval("1 + 1"), 2);
  assert.equal(rig({}, { debugger: "nonsense" }).machine.eval("1 + 1"), 2);
});
