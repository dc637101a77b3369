import { type Answers, choice, pins, pinsOf, type Question } from "./questions.ts";

const isSeparate = ({ sound }: Answers) => sound === "separate";
const hasCodec = ({ sound }: Answers) => sound !== "separate";
const hasScreen = ({ screen }: Answers) => screen !== "none";
const hasColor = ({ screen }: Answers) => screen !== "none" && screen !== "ssd1306";

const SIZE = /^\d{2,3}x\d{2,3}$/;

/** What is asked of somebody who makes a board. */
export const BOARD_QUESTIONS: readonly Question[] = [
  {
    key: "module",
    text: "Module: n16r8 (16 MB flash, 8 MB PSRAM) or n8r8",
    usual: "n16r8",
    fault: choice("n16r8", "n8r8"),
  },
  {
    key: "sound",
    text: "Sound: separate (INMP441 and MAX98357A, no codec), es8311, or es8311+es7210",
    usual: "separate",
    fault: choice("separate", "es8311", "es8311+es7210"),
  },
  { key: "microphone", text: "Microphone's pins: SCK WS SD", usual: "5 4 6", when: isSeparate, fault: pins(3) },
  { key: "speaker", text: "Amplifier's pins: BCLK LRC DIN", usual: "15 16 7", when: isSeparate, fault: pins(3) },
  {
    key: "lines",
    text: "Codec's pins: BCLK WS, from the microphone, to the speaker, and MCLK if it is wired",
    usual: "14 12 13 11",
    when: hasCodec,
    fault: pins(4, 5),
  },
  { key: "bus", text: "I2C pins of the codec: SDA SCL", usual: "5 4", when: hasCodec, fault: pins(2) },
  {
    key: "amplifier",
    text: "Pin that switches the amplifier on, or none",
    usual: "none",
    when: hasCodec,
    fault: pins(1, 1, true),
  },
  { key: "button", text: "Button's pin", usual: "0", fault: pins(1) },
  {
    key: "light",
    text: "Pin of a WS2812 light that shows what the device does, or none",
    usual: "48",
    fault: pins(1, 1, true),
  },
  { key: "lamp", text: "Pin of a lamp that can be asked for, or none", usual: "none", fault: pins(1, 1, true) },
  {
    key: "screen",
    text: "Screen: none, st7789, ili9341, gc9a01 (round), or ssd1306 (black and white)",
    usual: "none",
    fault: choice("none", "st7789", "ili9341", "gc9a01", "ssd1306"),
  },
  {
    key: "size",
    text: "Screen's pixels",
    usual: "240x240",
    when: hasColor,
    fault: (answer) => (SIZE.test(answer) ? undefined : `expected a size as in 240x240, got "${answer}"`),
  },
  {
    key: "screen-pins",
    text: "Screen's pins: MOSI (SDA) SCK (SCL) CS DC RST, backlight",
    usual: "47 21 41 40 38 42",
    when: hasColor,
    fault: pins(6),
  },
  {
    key: "screen-bus",
    text: "Screen's pins: SDA SCL",
    usual: "41 42",
    when: (answers) => hasScreen(answers) && !hasColor(answers),
    fault: pins(2),
  },
];

/** The files of a board, as text. */
export interface BoardFiles {
  readonly manifest: string;
  readonly board: string;
}

/** Lines of `board.ts`: what it imports, and its fields. */
class Lines {
  readonly imports = new Map<string, Set<string>>();
  readonly fields: string[] = [];

  use(module: string, ...names: readonly string[]): void {
    const known = this.imports.get(module) ?? new Set();
    for (const name of names) known.add(name);
    this.imports.set(module, known);
  }

  text(): string {
    const modules = [...this.imports].sort(([a], [b]) => (a < b ? -1 : 1));
    const imports = modules.map(([module, names]) => `import { ${[...names].sort().join(", ")} } from "${module}";`);
    return [...imports, "", "export default defineBoard({", ...this.fields.map((line) => `  ${line}`), "});", ""].join(
      "\n",
    );
  }
}

function addSound(lines: Lines, answers: Answers): void {
  if (isSeparate(answers)) return addSeparate(lines, answers);
  const [bclk, ws, microphone, speaker, mclk] = pinsOf(answers["lines"] ?? "");
  const [data, clock] = pinsOf(answers["bus"] ?? "");
  const hasEar = answers["sound"] === "es8311+es7210";
  const mode = hasEar ? "standardAndTdm" : "fullDuplex";
  lines.use("modules/hardware/audio-part", mode);
  lines.use("modules/hardware/codecs/es8311", "es8311");
  if (hasEar) lines.use("modules/hardware/codecs/es7210", "es7210");
  const clocks = mclk === undefined ? "" : `mclk: ${mclk}, `;
  const bus = `{ data: ${data}, clock: ${clock} }`;
  lines.fields.push(
    `audio: ${mode}({`,
    "  sampleRate: 24000,",
    `  pins: { ${clocks}bclk: ${bclk}, ws: ${ws}, microphone: ${microphone}, speaker: ${speaker} },`,
    ...(hasEar
      ? [
          `  microphone: es7210({ bus: ${bus} }),`,
          `  speaker: es8311({ bus: ${bus}, hasMicrophone: false }),`,
          "  hasReference: false,",
        ]
      : [`  codec: es8311({ bus: ${bus} }),`]),
    ...amplifier(lines, answers),
    "}),",
  );
}

function amplifier(lines: Lines, { amplifier: pin = "none" }: Answers): string[] {
  if (pin === "none") return [];
  lines.use("modules/hardware/switch", "pinSwitch");
  return [`  amplifier: pinSwitch(${pin}),`];
}

function addSeparate(lines: Lines, answers: Answers): void {
  const [sck, ws, sd] = pinsOf(answers["microphone"] ?? "");
  const [bclk, lrc, din] = pinsOf(answers["speaker"] ?? "");
  lines.use("modules/hardware/audio-part", "twoControllers");
  lines.fields.push(
    "audio: twoControllers({",
    `  microphone: { sampleRate: 16000, bclk: ${sck}, ws: ${ws}, data: ${sd} },`,
    `  speaker: { sampleRate: 24000, bclk: ${bclk}, ws: ${lrc}, data: ${din} },`,
    "}),",
  );
}

function addScreen(lines: Lines, answers: Answers): void {
  const { screen = "none" } = answers;
  if (screen === "none") return;
  lines.use(`modules/hardware/panels/${screen}`, screen);
  lines.use("modules/ui/screen/screen-part", "screen");
  lines.fields.push(`screen: screen(${screen}(${screen === "gc9a01" ? "{ isRound: true }" : ""})),`);
  if (!hasColor(answers)) return;
  lines.use("modules/hardware/backlight", "pwmBacklight");
  lines.fields.push(`backlight: pwmBacklight(${pinsOf(answers["screen-pins"] ?? "")[5]}),`);
}

function boardText(name: string, answers: Answers): string {
  const lines = new Lines();
  const { button, light = "none", lamp = "none" } = answers;
  lines.use("boards/board", "defineBoard");
  lines.fields.push(`name: "${name}",`, 'chip: "esp32s3",');
  addSound(lines, answers);
  lines.use("modules/hardware/button", "pinButton");
  lines.fields.push(`button: pinButton(${button}),`);
  if (light !== "none") {
    lines.use("modules/hardware/light", "pixelLight");
    lines.fields.push(`light: pixelLight(${light}),`);
  }
  addScreen(lines, answers);
  if (lamp !== "none") {
    lines.use("modules/parts/switch", "lamp");
    lines.fields.push(`parts: [lamp(${lamp})],`);
  }
  return lines.text();
}

/** The SDK's drivers of panels take their size and pins from here. */
function screenDefines(answers: Answers): object {
  if (!hasScreen(answers)) return {};
  if (!hasColor(answers)) {
    const [sda, scl] = pinsOf(answers["screen-bus"] ?? "");
    return { ssd1306: { sda_pin: sda, scl_pin: scl } };
  }
  const [mosi, sck, cs, dc, rst] = pinsOf(answers["screen-pins"] ?? "");
  const [width, height] = (answers["size"] ?? "").split("x").map(Number);
  return {
    spi: { mosi_pin: mosi, sck_pin: sck },
    ili9341: { width, height, cs_pin: cs, dc_pin: dc, rst_pin: rst, spi_port: "SPI3_HOST" },
  };
}

function screenIncludes(answers: Answers): string[] {
  if (!hasScreen(answers)) return [];
  const width = Number((answers["size"] ?? "").split("x")[0]);
  const fonts = hasColor(answers) ? (width < 200 ? "small" : "color") : "mono";
  const panel = `modules/hardware/panels/${answers["screen"]}.json`;
  return ["modules/ui/screen/manifest.json", `modules/ui/fonts/${fonts}.json`, panel];
}

/**
 * The two files of a board.
 *
 * @param project the way from the board's folder to this project's: `../..`
 */
export function boardFiles(name: string, answers: Answers, project: string): BoardFiles {
  const includes = [`modules/hardware/chips/esp32s3-${answers["module"]}.json`, ...screenIncludes(answers)];
  const manifest = {
    include: includes.map((path) => `${project}/${path}`),
    modules: { board: "./board" },
    defines: { image: { board: name }, ...screenDefines(answers) },
  };
  return { manifest: `${shortJson(manifest)}\n`, board: boardText(name, answers) };
}

/** What fits into a line stands on one, but for the whole. */
function shortJson(value: unknown, indent = ""): string {
  const flat = JSON.stringify(value, undefined, 1).replace(/\n\s*/g, " ");
  if (indent !== "" && flat.length + indent.length < 110) return flat.replace(/^\[ (.*) \]$/, "[$1]");
  if (typeof value !== "object" || value === null) return flat;
  const inner = `${indent}  `;
  if (Array.isArray(value)) return `[\n${value.map((item) => inner + shortJson(item, inner)).join(",\n")}\n${indent}]`;
  const members = Object.entries(value).map(([key, item]) => `${inner}"${key}": ${shortJson(item, inner)}`);
  return `{\n${members.join(",\n")}\n${indent}}`;
}
