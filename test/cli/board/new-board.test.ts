import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { checkBoard } from "../../../cli/board/check.ts";
import { describeFinding } from "../../../cli/board/finding.ts";
import { boardFolder } from "../../../cli/board/folder.ts";
import { run as newBoard } from "../../../cli/board/make/new-board.ts";
import { run as newTool } from "../../../cli/board/make/new-tool.ts";
import { ROOT } from "../../../cli/process.ts";
import { VirtualClock } from "../../../simulator/clock.ts";
import { loadFirmware } from "../../../simulator/firmware.ts";
import { ScriptedServer } from "../../firmware/scripted-server.ts";
import { createWorld } from "../../firmware/world.ts";
import { reader } from "./made-folder.ts";

/** A folder for boards outside of the project, and what the commands print. */
function outside(t: TestContext) {
  const into = mkdtempSync(join(tmpdir(), "makers-"));
  t.after(() => rmSync(into, { recursive: true, force: true }));
  const printed: string[] = [];
  t.mock.method(console, "log", (text: string) => printed.push(text));
  t.mock.method(console, "error", (text: string) => printed.push(text));
  return { into, printed };
}

const MADE: { readonly [name: string]: readonly string[] } = {
  "as usual": [],
  "with a lamp, on a smaller module": ["--module", "n8r8", "--lamp", "18"],
  "with a codec": ["--sound", "es8311", "--lines", "14 12 13 11 6", "--bus", "5, 4", "--amplifier", "9"],
  "with two codecs": ["--sound", "es8311+es7210", "--light", "none"],
  "with a round screen": ["--screen", "gc9a01"],
  "with a small screen": ["--screen", "st7789", "--size", "135x240", "--screen-pins", "47 21 41 40 38 42"],
  "with an ILI9341": ["--screen", "ili9341", "--size", "320x240"],
  "with a black and white screen": ["--screen", "ssd1306", "--screen-bus", "41 42"],
};

for (const [what, options] of Object.entries(MADE)) {
  test(`a new board ${what} has two files of 30 lines together, and may be flashed`, async (t) => {
    const { into, printed } = outside(t);
    assert.equal(await newBoard(["my-box", "--into", into, "--yes", ...options]), 0, printed.join("\n"));
    const texts = ["board.ts", "manifest.json"].map((file) => readFileSync(join(into, "my-box", file), "utf8"));
    const lines = texts.join("").split("\n").length - 1;
    assert.ok(lines <= (options.includes("--screen") ? 40 : 30), `${lines} lines`);
  });
}

test("fonts that leave no room for the program on a small module are warned of", async (t) => {
  const { into, printed } = outside(t);
  const options = ["--yes", "--module", "n8r8", "--screen", "gc9a01"];
  assert.equal(await newBoard(["my-box", "--into", into, ...options]), 0);
  assert.match(
    printed[0] as string,
    /n8r8\/partitions\.csv: warning: 2\.\d MB of fonts and other files .* slots of 3\.3 MB/,
  );
});

test("an editor finds the types of a board outside of the project", async (t) => {
  const { into } = outside(t);
  await newBoard(["my-box", "--into", into, "--yes"]);
  const compiler = join(ROOT, "node_modules", ".bin", "tsc");
  assert.equal(execFileSync(compiler, ["--noEmit", "-p", into], { encoding: "utf8" }), "");
});

test("new boards are formatted as the project is", async (t) => {
  const { into } = outside(t);
  await newBoard(["my-box", "--into", into, "--yes", "--lamp", "18", "--screen", "gc9a01"]);
  await newTool(["greet", "--board", join(into, "my-box"), "--yes"]);
  const text = readFileSync(join(into, "my-box", "board.ts"), "utf8");
  const options = ["format", "--stdin-file-path=boards/my-box/board.ts"];
  const formatted = execFileSync(join(ROOT, "node_modules", ".bin", "biome"), options, { cwd: ROOT, input: text });
  assert.equal(text, formatted.toString());
});

test("a new board with two new tools starts in the simulator, and its tools can be called", async (t) => {
  const { into, printed } = outside(t);
  const folder = join(into, "my-box");
  assert.equal(await newBoard(["my-box", "--into", into, "--yes"]), 0);
  assert.equal(await newTool(["greet", "--board", folder, "--yes"]), 0);
  const args = ["--description", "Open the gate.", "--arguments", "speed=integer:1..9, way=in|out, isLoud=boolean"];
  assert.equal(await newTool(["gate.open", "--board", folder, "--yes", ...args]), 0, printed.join("\n"));
  const { otaUrl } = new ScriptedServer(new VirtualClock());
  const world = await createWorld({ firmware: loadFirmware({ board: folder, config: { otaUrl } }) });
  await world.boot();
  await world.listen();
  const call = async (id: number, name: string, values: object) => {
    const payload = { jsonrpc: "2.0", id, method: "tools/call", params: { name, arguments: values } };
    world.server.send({ type: "mcp", payload });
    await world.clock.advance(40);
    const { payload: answer } = world.server.messages.findLast(({ type }) => type === "mcp") as { payload: Answer };
    return answer.result?.content[0]?.text ?? answer.error?.message;
  };
  assert.equal(await call(1, "self.my_box.greet", {}), "greet: done");
  assert.equal(await call(2, "self.gate.open", { speed: 3, way: "in", isLoud: true }), "open: 3 in true");
  assert.match(String(await call(3, "self.gate.open", { speed: 10, way: "in", isLoud: true })), /exceeds maximum/);
});

interface Answer {
  readonly result?: { readonly content: readonly { readonly text: string }[] };
  readonly error?: { readonly message: string };
}

test("answers that cannot be used are named, and nothing is made", async (t) => {
  const { into, printed } = outside(t);
  const wrong: [string[], RegExp][] = [
    [["My-Box"], /"My-Box": a name has lower case letters/],
    [["box", "--sound", "loud"], /--sound: expected separate, es8311, es8311\+es7210, got "loud"/],
    [["box", "--microphone", "1 2"], /--microphone: expected 3 pins, got "1 2"/],
    [["box", "--lamp", "red"], /--lamp: expected a pin or none, got "red"/],
    [["box", "--screen", "st7789", "--size", "big"], /--size: expected a size as in 240x240, got "big"/],
    [["box", "--lapm", "3"], /Unknown option '--lapm'/],
  ];
  for (const [args, message] of wrong) {
    assert.equal(await newBoard([...args, "--into", into, "--yes"]), 2);
    assert.match(printed.at(-1) as string, message);
  }
  assert.throws(() => boardFolder(join(into, "box")));
  await newBoard(["box", "--into", into, "--yes"]);
  assert.equal(await newBoard(["box", "--into", into, "--yes"]), 2);
  assert.match(printed.at(-1) as string, /box exists already/);
});

test("pins that were answered twice are named at once", async (t) => {
  const { into, printed } = outside(t);
  assert.equal(await newBoard(["my-box", "--into", into, "--yes", "--lamp", "5"]), 1);
  assert.match(printed[0] as string, /board\.ts:16: pin 5 is used twice: as microphone bclk and as lamp/);
});

test("tools whose arguments cannot be read, or that have no place, are refused", async (t) => {
  const { into, printed } = outside(t);
  const wrong: [string[], RegExp][] = [
    [["Greet", "--server"], /"Greet": expected a name as in gate\.open/],
    [["greet"], /say --board BOARD or --server/],
    [["greet", "--server", "--arguments", "level=int"], /--arguments: expected a list of arguments, got "level=int"/],
    [["greet", "--server", "--description", "Greet"], /--description: expected a full sentence, got "Greet"/],
  ];
  for (const [args, message] of wrong) {
    assert.equal(await newTool([...args, "--yes"]), 2);
    assert.match(printed.at(-1) as string, message);
  }
  await newBoard(["box", "--into", into, "--yes"]);
  const findings = await checkBoard(boardFolder(join(into, "box")), reader);
  assert.deepEqual(findings.map(describeFinding), []);
});
