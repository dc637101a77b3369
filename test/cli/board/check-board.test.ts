import assert from "node:assert/strict";
import { relative } from "node:path";
import { test } from "node:test";
import { run } from "../../../cli/board/check-board.ts";
import { boardFolder, boardNames } from "../../../cli/board/folder.ts";
import { boardText, findingsOf, included, makeFolder, mayBeFlashed } from "./made-folder.ts";

/** One of so many is checked here; the slow tests check every board. */
const ONE_OF = 6;

for (const name of boardNames().filter((_, at) => at % ONE_OF === 0)) {
  test(`${name} may be flashed`, () => mayBeFlashed(name));
}

test("there are boards to check, by their names and by their folders", () => {
  assert.ok(boardNames().length >= 7);
  assert.throws(() => boardFolder("no-such"), /board "no-such": there is no folder .*esp32-s3-devkit/);
});

test("a simple board of a maker, outside of the project, is good", async (t) => {
  assert.deepEqual(await findingsOf(t, {}), []);
});

test("a misspelt field is named with its line", async (t) => {
  const [finding = ""] = await findingsOf(t, { board: boardText("  lihgt: undefined,") });
  assert.match(finding, /^board\.ts:15: .*'lihgt' does not exist in type 'Board'/);
});

test("a misspelt module is named with its line", async (t) => {
  const board = boardText("", `import { pixelLight } from "modules/hardware/lights";`);
  assert.match(String(await findingsOf(t, { board })), /^board\.ts:6: Cannot find module 'modules\/hardware\/lights'/);
});

test("a driver that the manifest forgot is named, with what brings it", async (t) => {
  const imports = `import { gc9a01 } from "modules/hardware/panels/gc9a01";
import { screen } from "modules/ui/screen/screen-part";`;
  const project = included(makeFolder(t, {}), "");
  assert.deepEqual(await findingsOf(t, { board: boardText("  screen: screen(gc9a01()),", imports) }), [
    `board.ts:6: it imports "modules/hardware/panels/gc9a01", which its manifest does not bring: add ${project}/modules/hardware/panels/gc9a01.json to its "include"`,
    `board.ts:7: it imports "modules/ui/screen/screen-part", which its manifest does not bring: add ${project}/modules/ui/screen/manifest.json to its "include"`,
  ]);
});

test("a pin that is used twice is named with both uses, at the later one", async (t) => {
  const lamps = "  parts: [\n    lamp(18),\n    lamp(5, { name: 'night', what: 'the night light' }),\n  ],";
  assert.deepEqual(await findingsOf(t, { board: boardText(lamps) }), [
    "board.ts:17: pin 5 is used twice: as microphone bclk and as night",
  ]);
  const speaker = boardText("").replace("data: 7", "data: 6");
  assert.deepEqual(await findingsOf(t, { board: speaker }), [
    "board.ts:12: pin 6 is used twice: as microphone data and as speaker data",
  ]);
});

test("pins are found in constants, and behind chips on a bus", async (t) => {
  const imports = `import { es8311 } from "modules/hardware/codecs/es8311";
import { fullDuplex } from "modules/hardware/audio-part";
const bus = { data: 8, clock: 0 };
const sound = fullDuplex({
  sampleRate: 24000,
  pins: { bclk: 17, ws: 46, microphone: 12, speaker: 15 },
  codec: es8311({ bus }),
});`;
  const board = boardText("", imports).replace(/audio: twoControllers[\s\S]*?\}\),/, "audio: sound,");
  assert.deepEqual(await findingsOf(t, { board: board.replace("twoControllers", "type AudioPart") }), [
    "board.ts:18: pin 0 is used twice: as I2C clock and as button",
    "board.ts:8: pin 0 is read when the chip starts (start or be flashed), and is used as I2C clock: take another " +
      "one, or say `strappingPins: [0]` where the hardware is built so",
    "board.ts:11: pin 46 is read when the chip starts (start or be flashed, and messages of the ROM), and is used as " +
      "sound ws: take another one, or say `strappingPins: [46]` where the hardware is built so",
  ]);
});

const ILLEGAL = {
  24: "an ESP32-S3 has no pin 24 (it has 0 to 21 and 26 to 48); it is used as lamp",
  49: "an ESP32-S3 has no pin 49 (it has 0 to 21 and 26 to 48); it is used as lamp",
  28: "pin 28 belongs to the flash memory; it is used as lamp",
  35: "pin 35 belongs to the octal PSRAM (CONFIG_SPIRAM_MODE_OCT in sdkconfig.defaults); it is used as lamp",
};
for (const [pin, text] of Object.entries(ILLEGAL)) {
  test(`pin ${pin} is refused`, async (t) => {
    assert.deepEqual(await findingsOf(t, { board: boardText(`  parts: [lamp(${pin})],`) }), [`board.ts:15: ${text}`]);
  });
}

test("a strapping pin that is declared is fine, and those of the USB are warned of", async (t) => {
  const board = boardText("  strappingPins: [45],\n  parts: [lamp(45), lamp(19, { name: 'b', what: 'b' })],");
  assert.deepEqual(await findingsOf(t, { board }), [
    "board.ts:16: warning: pin 19 is the chip's USB, and is used as b",
  ]);
});

test("the pins of a panel are those of the manifest", async (t) => {
  const manifest = { defines: { image: { board: "my-box" }, ili9341: { cs_pin: 5, dc_pin: 23 } } };
  assert.deepEqual(await findingsOf(t, { manifest }), [
    "manifest.json:13: pin 5 is used twice: as microphone bclk and as ili9341 cs",
    "manifest.json:14: an ESP32-S3 has no pin 23 (it has 0 to 21 and 26 to 48); it is used as ili9341 dc",
  ]);
});

test("nine servos are more than the chip has PWM channels", async (t) => {
  const pins = [1, 2, 8, 9, 10, 11, 12, 13, 14];
  const servos = pins.map((pin) => `    servo({ pin: ${pin}, name: "s${pin}" }),`).join("\n");
  const board = boardText(`  parts: [\n${servos}\n  ],`, `import { servo } from "modules/parts/servo";`);
  assert.match(
    String(await findingsOf(t, { board })),
    /^board\.ts:24: 9 pins use PWM, and the chip has 8 channels: s1 at 1, /,
  );
});

const tool = (members: string) => `  tools: [
    defineTool({
      name: "self.box.open",
${members}
      run: () => true,
    }),
  ],`;

const TOOLS: { readonly [members: string]: string } = {
  'description: "",\nparams: {},':
    "board.ts:18: tool self.box.open: it has no description, so that no model knows when to use it",
  'description: "Open",\nparams: {},':
    'board.ts:18: tool self.box.open: the description "Open" says too little for a model',
  'description: "Open the",\nparams: {},':
    'board.ts:18: tool self.box.open: the description ends in the middle of a sentence: "Open the"',
  'description: "Open it.",\nparams: {\nspeed: { type: "integer", minimum: 9, maximum: 3 },\n},':
    "board.ts:20: tool self.box.open: `speed`: minimum 9 is above maximum 3",
  'description: "Open it.",\nparams: {\na: { type: "integer" },\nspeed: { type: "number", maximum: 3, default: 4 } },':
    "board.ts:21: tool self.box.open: `speed`: default 4 is above maximum 3",
  'description: "Open it.",\nparams: { speed: { type: "integer", default: 0.5 } },':
    "board.ts:19: tool self.box.open: `speed`: default of an integer is 0.5",
  'description: "Open it.",\nparams: { way: { type: "string", enum: ["in", "out"], default: "up" } },':
    'board.ts:19: tool self.box.open: `way`: default "up" is none of ["in","out"]',
  'description: "Open it.",\nparams: { ways: { type: "array", items: { type: "integer", minimum: 2, maximum: 1 } } },':
    "board.ts:19: tool self.box.open: `items`: minimum 2 is above maximum 1",
  'description: "Open it.",\nparams: {\nspeed: { type: "integer", minimun: 1, maximum: 3 },\n},':
    "board.ts:20: tool self.box.open: `speed`: a parameter has no `minimun`; it has type, description, default, minimum, maximum, enum, items, minItems, maxItems, properties, required",
};
for (const [members, finding] of Object.entries(TOOLS)) {
  test(finding, async (t) => {
    assert.deepEqual(await findingsOf(t, { board: boardText(tool(members)) }), [finding]);
  });
}

test("names of tools are unique also for a model, and begin with self.", async (t) => {
  const names = ["self.lamp_turn.on", "self.lamp.turn_on", "lamp.blink"];
  const tools = names.map((name) => {
    return `    defineTool({ name: "${name}", description: "Do it now.", params: {}, run: () => true }),`;
  });
  const board = boardText(`  parts: [lamp(18)],\n  tools: [\n${tools.join("\n")}\n  ],`);
  assert.deepEqual(await findingsOf(t, { board }), [
    "board.ts:19: tool lamp.blink: a name is `self.`, the part, and what it does, as in self.lamp.turn_on",
    "board.ts:17: tool self.lamp_turn.on: there is self.lamp.turn_on already",
    "board.ts:18: tool self.lamp.turn_on: there is self.lamp.turn_on already",
  ]);
});

test("more tools than a model may see are counted with those of every device", async (t) => {
  const tools = Array.from({ length: 32 }, (_, index) => {
    return `defineTool({ name: "self.box.t${index}", description: "Do it now.", params: {}, run: () => true }),`;
  });
  const [finding = ""] = await findingsOf(t, { board: boardText(`  tools: [\n${tools.join("\n")}\n],`) });
  assert.match(finding, /^board\.ts:\d+: the model sees \d\d tools, and 32 are the most/);
  const mine = tools.map((text) => text.replace("params", 'audience: "user", params'));
  assert.deepEqual(await findingsOf(t, { board: boardText(`  tools: [${mine.join("\n")}],`) }), []);
});

const TABLE = `nvs, data, nvs, 0x9000, 0x6000
otadata, data, ota, 0xf000, 0x2000
ota_0, app, ota_0, 0x20000, 0x3e0000
ota_1, app, ota_1, 0x400000, 0x3e0000
`;

test("a member that every tool must have is named with the line of the tool", async (t) => {
  const board = boardText('  tools: [\n    defineTool({ name: "self.box.open", params: {}, run: () => true }),\n  ],');
  assert.deepEqual(await findingsOf(t, { board }), ["board.ts:16: `description` is missing: a tool must have it"]);
});

test("partitions beyond the flash memory are named with their line, and so is a wrong size of it", async (t) => {
  const include = [included(makeFolder(t, {}), "modules/hardware/chips/esp32s3-n8r8.json")];
  const manifest = { include, build: { PARTITIONS_FILE: "./partitions.csv" } };
  const files = { "partitions.csv": TABLE.replace(/0x3e0000\n$/, "0x410000\n") };
  const board = boardText("  flashBytes: 16 * 1024 * 1024,");
  assert.deepEqual(await findingsOf(t, { board, manifest, files }), [
    "board.ts:15: flashBytes is 16 MB, and its sdkconfig.defaults says 8 MB",
    "partitions.csv:4: partition ota_1: it ends at 0x810000, and the flash memory has 0x800000 (8 MB)",
  ]);
});

test("a manifest that is no JSON, and members that mcconfig does not know, are named with their line", async (t) => {
  const [broken = ""] = await findingsOf(t, { manifest: '{\n  "include": []\n  "modules": {}\n}' });
  assert.match(broken, /^manifest\.json:3: .*JSON/);
  assert.match(
    String(await findingsOf(t, { manifest: { incldue: [] } })),
    /^manifest\.json:13: a manifest has no "incldue"/,
  );
  // Without the module, the board would be another one: it is the member that is named.
  const modulse = { modules: undefined, modulse: { board: "./board" } };
  assert.match(
    String(await findingsOf(t, { manifest: modulse })),
    /^manifest\.json:10: .* no "modulse"; it has [^:]*modules,/,
  );
  const [missing = ""] = await findingsOf(t, { manifest: { include: ["../no-such.json"] } });
  assert.match(missing, /^manifest\.json:.*no-such\.json: there is no such manifest/);
});

test("name, folder and image are one and the same, in lower case", async (t) => {
  assert.deepEqual(await findingsOf(t, { name: "other" }), ['board.ts:8: name is "my-box", and the folder is "other"']);
  assert.match(String(await findingsOf(t, { name: "My-Box" })), /the folder "My-Box" must have a name of lower case/);
  assert.deepEqual(await findingsOf(t, { manifest: { defines: { image: { board: "box" } } } }), [
    'manifest.json:10: defines.image.board is "box", and the folder is "my-box": upgrades go by it',
  ]);
});

test("what a device would refuse at its start is named with its line", async (t) => {
  const throwing = boardText("", "const wrong: { at?: { x: number } } = {};\nexport const at = wrong.at!.x;");
  assert.match(String(await findingsOf(t, { board: throwing })), /^board\.ts:7: .*undefined/);
  const native = boardText(
    "",
    'import Digital from "embedded:io/digital";\nexport const led = new Digital({ pin: 2, mode: 8 });',
  );
  assert.match(String(await findingsOf(t, { board: native })), /^board\.ts:7: /);
});

test("the command prints what is wrong and ends with 1, for the right and the wrong in one call", async (t) => {
  const printed: string[] = [];
  t.mock.method(console, "error", (text: string) => printed.push(text));
  t.mock.method(console, "log", (text: string) => printed.push(text));
  const wrong = makeFolder(t, { board: boardText("  parts: [lamp(24)],") });
  assert.equal(await run(["esp32-s3-devkit", wrong]), 1);
  assert.deepEqual(printed, [
    "esp32-s3-devkit: good",
    `${relative(process.cwd(), wrong)}/board.ts:15: an ESP32-S3 has no pin 24 (it has 0 to 21 and 26 to 48); it is used as lamp`,
    `${wrong}: not good yet`,
  ]);
});
