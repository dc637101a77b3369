import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";

const ROOT = dirname(import.meta.dirname);
const MAX_LINES = 400;
const MAX_FILES_IN_FOLDER = 20;

const STAGES = ["vad", "asr", "llm", "tts", "vllm", "voiceprint", "turn-end"].map(
  (stage) => `host-server/providers/${stage}.ts`,
);
const COMMON = [
  "host-server/errors.ts",
  "host-server/faults",
  "host-server/log.ts",
  "host-server/queue.ts",
  "host-server/time-limit.ts",
  "protocol",
];
const PROVIDER = [
  ...STAGES,
  "host-server/providers/provider.ts",
  "host-server/audio",
  "host-server/workers",
  "host-server/programs",
  "host-server/errors.ts",
  "protocol",
];

/** Who may import whom: a layer may import itself and what stands in its list. The longest matching path decides. */
const LAYERS: { readonly [layer: string]: readonly string[] } = {
  protocol: [],

  "modules/system": ["protocol"],
  "modules/io": ["modules/system", "protocol"],
  "modules/io/linux": ["modules/hardware", "modules/system", "protocol"],
  "modules/audio": ["modules/hardware", "modules/io", "modules/system", "protocol"],
  "modules/alarms": ["modules/system", "protocol"],
  "modules/hardware": ["modules/system", "protocol"],
  "modules/parts": ["mcp", "modules/hardware", "modules/system", "protocol"],
  "modules/transport": ["modules/io", "modules/system", "protocol"],
  "modules/session": ["modules/audio", "modules/hardware", "modules/transport", "modules/system", "mcp", "protocol"],
  "modules/power": ["modules/hardware", "modules/session", "modules/system", "protocol"],
  "modules/provisioning": ["modules/io", "modules/session", "modules/system", "protocol"],
  "modules/upgrade": ["modules/io", "modules/session", "modules/system", "protocol"],
  // What main.ts puts together, in pieces.
  "modules/device": ["boards", "mcp", "modules", "protocol"],
  "modules/discovery": ["modules/io", "modules/system", "protocol"],
  "modules/time": ["modules/io", "modules/system", "protocol"],
  "modules/boot": [
    "modules/time",
    "modules/hardware",
    "modules/io",
    "modules/session",
    "modules/system",
    "modules/upgrade",
    "protocol",
  ],
  "modules/tls": ["protocol"],
  "modules/ui": ["modules/hardware", "modules/session", "modules/system", "modules/ui/view.ts", "protocol"],
  "modules/ui/view.ts": ["modules/session", "modules/system", "protocol"],
  mcp: ["modules/audio", "modules/hardware", "modules/system", "modules/ui/view.ts", "protocol"],
  boards: [
    "mcp",
    "modules/provisioning",
    "modules/hardware",
    "modules/parts",
    "modules/system",
    "modules/ui",
    "protocol",
  ],
  "boards/linux": ["boards", "modules/io/linux"],
  "main.ts": ["boards", "mcp", "modules", "protocol"],

  simulator: ["protocol"],

  "host-server/errors.ts": [],
  "host-server/log.ts": [],
  "host-server/clock.ts": ["protocol"],
  // Guards at the entries.
  "host-server/faults": ["host-server/log.ts", "protocol"],
  "host-server/queue.ts": [],
  "host-server/time-limit.ts": ["protocol"],
  "host-server/audio": ["host-server/errors.ts"],
  "host-server/workers": ["host-server/errors.ts", "protocol"],
  // What a stage is; its implementations lie in the folders beside, and know no other stage, session or device.
  "host-server/providers/vad.ts": [],
  "host-server/providers/asr.ts": ["host-server/providers/llm.ts"],
  "host-server/providers/llm.ts": [],
  "host-server/providers/tts.ts": [],
  "host-server/providers/vllm.ts": [],
  "host-server/providers/voiceprint.ts": [],
  "host-server/providers/turn-end.ts": [],
  "host-server/providers/provider.ts": [...STAGES, "host-server/workers", "protocol"],
  "host-server/intent": ["host-server/intent", "host-server/providers/llm.ts", "host-server/errors.ts", "protocol"],
  // What the stages share that ask servers.
  "host-server/providers/network": [...PROVIDER, "host-server/queue.ts"],
  "host-server/providers/openai": [...PROVIDER, "host-server/providers/network"],
  "host-server/providers/wyoming": [...PROVIDER, "host-server/providers/network", "host-server/queue.ts"],
  "host-server/providers/sherpa": PROVIDER,
  "host-server/providers/onnx": [],
  "host-server/providers/vad": [...PROVIDER, "host-server/providers/onnx", "host-server/providers/sherpa"],
  "host-server/providers/turn-end": [...PROVIDER, "host-server/providers/onnx"],
  "host-server/providers/asr": [
    ...PROVIDER,
    "host-server/providers/network",
    "host-server/providers/openai",
    "host-server/providers/sherpa",
    "host-server/providers/wyoming",
    "host-server/intent",
    "host-server/queue.ts",
  ],
  "host-server/providers/llm": [...PROVIDER, "host-server/providers/openai", "host-server/intent"],
  "host-server/providers/tts": [
    ...PROVIDER,
    "host-server/providers/network",
    "host-server/providers/openai",
    "host-server/providers/sherpa",
    "host-server/providers/wyoming",
  ],
  "host-server/providers/vllm": [...PROVIDER, "host-server/providers/network", "host-server/providers/openai"],
  // Providers of one's own, and what they are given.
  "host-server/providers/files": [
    "host-server/providers",
    "host-server/errors.ts",
    "host-server/time-limit.ts",
    "protocol",
  ],
  "docs/recipes": ["host-server/providers"],
  "host-server/providers/voiceprint/settings.ts": ["host-server/providers/voiceprint.ts"],
  "host-server/providers/voiceprint": [
    ...PROVIDER,
    "host-server/providers/voiceprint/settings.ts",
    "host-server/providers/network",
    "host-server/providers/sherpa",
  ],
  // Several providers of a stage as one.
  "host-server/providers/chain": [...PROVIDER, "host-server/time-limit.ts"],
  "host-server/providers/registry.ts": ["host-server/providers"],
  "host-server/config": [
    "host-server/errors.ts",
    "host-server/log.ts",
    "host-server/providers/provider.ts",
    "host-server/providers/voiceprint/settings.ts",
    "protocol",
  ],
  // Programs that are not ours.
  "host-server/programs": [],
  // Requests to where others say.
  "host-server/outward": ["host-server/errors.ts"],
  "host-server/tools": [
    "host-server/outward",
    "host-server/programs",
    "host-server/providers/llm.ts",
    "host-server/providers/tts.ts",
    "host-server/audio",
    "host-server/errors.ts",
    "host-server/log.ts",
    "protocol",
  ],
  "host-server/intent/outlook.ts": [],
  "host-server/pipeline": [
    ...STAGES,
    "host-server/intent/outlook.ts",
    "host-server/tools",
    "host-server/audio",
    ...COMMON,
  ],
  "host-server/prompt": ["host-server/pipeline", ...COMMON],
  "host-server/memory": [...STAGES, ...COMMON],
  "host-server/memory/stored-memories.ts": ["host-server/memory", "host-server/storage"],
  "host-server/memory/memories.ts": ["host-server", "protocol"],
  "host-server/session": [
    "host-server/memory",
    "host-server/prompt",
    "host-server/secret.ts",
    "host-server/audio",
    ...STAGES,
    "host-server/pipeline",
    "host-server/tools",
    ...COMMON,
  ],
  // Ports over TLS, and certificates that are renewed.
  "host-server/tls": ["host-server/certificate", ...COMMON],
  "host-server/gateway": ["host-server/session", "host-server/tls", ...COMMON],
  "host-server/mcp-endpoint": ["host-server/secret.ts", ...COMMON],
  // The composition of the endpoint, with its configuration.
  "host-server/mcp-endpoint/service.ts": ["host-server", "protocol"],
  "host-server/mcp-endpoint/main.ts": ["host-server", "protocol"],
  "host-server/mcp-server": [
    "host-server/secret.ts",
    "host-server/providers/llm.ts",
    "host-server/tools",
    "host-server/nodes/device-key.ts",
    ...COMMON,
  ],
  "host-server/nodes/device-key.ts": [],
  "host-server/mcp-server/service.ts": ["host-server", "protocol"],
  "host-server/ota": ["host-server/ota/token.ts", ...COMMON],
  "host-server/ota/token.ts": [],
  // Whatever may lead to a device.
  "host-server/reach": ["host-server", "protocol"],
  // Starts the simulator's program, which it does not import; its page runs in a browser.
  "host-server/browser-device": [
    "host-server/browser-device/secure-port.ts",
    "host-server/certificate",
    "host-server/console/http/pages.ts",
    "host-server/flash",
    "host-server/ota",
    "host-server/programs",
    "host-server/secret.ts",
    ...COMMON,
  ],
  // Listens.
  "host-server/browser-device/secure-port.ts": ["host-server", "protocol"],
  "host-server/certificate": [],
  "host-server/browser-device/page": ["modules/ui", "protocol"],
  "host-server/secret.ts": [],
  "host-server/vision": ["host-server/ota/token.ts", "host-server/providers/vllm.ts", ...COMMON],
  // With the server's configuration.
  "host-server/vision/service.ts": ["host-server", "protocol"],
  "host-server/http": ["host-server", "protocol"],
  // Puts together what a session has of its agent.
  "host-server/agents": ["host-server", "protocol"],
  "host-server/history": [
    "host-server/history/sound-recorder.ts",
    "host-server/storage",
    "host-server/pipeline",
    ...COMMON,
  ],
  // Stands between a link and its session.
  "host-server/history/sound-recorder.ts": [
    "host-server/audio",
    "host-server/storage",
    "host-server/pipeline",
    "host-server/providers/asr.ts",
    "host-server/session",
    ...COMMON,
  ],
  "host-server/knowledge": ["host-server/programs", "host-server/storage", "host-server/tools", ...COMMON],
  "host-server/storage": ["host-server/workers", "host-server/errors.ts", "host-server/log.ts", "protocol"],
  "host-server/api": ["host-server/secret.ts", ...COMMON],
  // Routes and what they do; the shapes are the front end's, too, and know nothing but themselves.
  "host-server/console": ["host-server", "protocol"],
  "host-server/console/contract": [],
  "host-server/console/http/pages.ts": [],
  "host-server/console/firmware/image.ts": ["host-server/console"],
  // What browsers write into new devices.
  "host-server/flash": ["host-server/console/firmware/image.ts", "host-server/errors.ts"],
  "host-server/wyoming": [
    ...STAGES,
    "host-server/audio",
    "host-server/pipeline",
    "host-server/providers/wyoming",
    ...COMMON,
  ],
  "host-server/wyoming/service.ts": ["host-server", "protocol"],
  // The composition of the server, and what only it needs.
  "host-server": ["host-server", "protocol"],

  // Pages for browsers: of the server they know the shapes alone; they draw codes as a device's screen does.
  console: ["host-server/console/contract", "modules/ui"],
  // What the commands that make images must know of them.
  cli: ["host-server", "simulator", "protocol", "bench", "modules/upgrade"],
  bench: ["cli", "host-server", "simulator", "protocol", "test/firmware"],
  "bench/board": ["boards", "modules/hardware"],
  "cli/board/xs": ["boards", "mcp", "modules", "protocol"],
};

/** Modules that `modules/io` and the parts beside it may take from the SDK; everything else goes through them. */
const SDK =
  /^(commodetto\/|embedded:|mc\/|timer$|time$|net$|rng$|crypt$|co5300$|gc9a01$|ili9341$|neopixel$|ssd1306$|st7789$|file$|Resource$|ber$|curve$|ecdsa$|ecp$|pkcs1_5$|ssl\/|x509$)/;
const MAY_IMPORT_SDK = [
  "modules/io/",
  "modules/tls/",
  "modules/audio/",
  "modules/hardware/",
  "modules/ui/screen/",
  "boards/",
  "simulator/twins/xs/",
];

const FIRMWARE = /^(main\.ts|protocol|modules|mcp|boards)(\/|$)/;

const files = globSync("**/*.{ts,tsx,c,h,mjs}", { cwd: ROOT, exclude: ["node_modules/**", ".build/**", "**/*.d.ts"] });
const sources = files.filter((file) => /\.tsx?$/.test(file) && !/^(test|typings)\//.test(file));

function read(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

function layerOf(path: string): string | undefined {
  const layers = Object.keys(LAYERS).filter((layer) => path === layer || path.startsWith(`${layer}/`));
  return layers.sort((a, b) => b.length - a.length)[0];
}

/** What a file imports: paths from the root for its own tree, specifiers for the rest. */
function importsOf(file: string): string[] {
  const specifiers = [...read(file).matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1] as string);
  return specifiers.map((name) => (name.startsWith(".") ? relative(ROOT, join(ROOT, dirname(file), name)) : name));
}

test("every source file belongs to a layer", () => {
  assert.deepEqual(
    sources.filter((file) => layerOf(file) === undefined),
    [],
  );
});

/** Undefined when `file` may import `target`, which is a path from the root or a bare specifier. */
function breach(file: string, target: string): string | undefined {
  const from = layerOf(file) as string;
  const to = layerOf(target);
  if (to === undefined || to === from) return undefined;
  const isAllowed = LAYERS[from]?.some((layer) => to === layer || to.startsWith(`${layer}/`));
  return isAllowed ? undefined : `${file} imports ${target}`;
}

test("files import only what their layer may", () => {
  const wrong = sources.flatMap((file) => importsOf(file).flatMap((target) => breach(file, target) ?? []));
  assert.deepEqual(wrong, []);
});

test("the table refuses what it should", () => {
  const wrong: [file: string, target: string][] = [
    ["protocol/json.ts", "modules/system/log.ts"],
    ["modules/audio/speaker.ts", "modules/session/session.ts"],
    ["modules/session/session.ts", "host-server/log.ts"],
    ["simulator/device.ts", "host-server/log.ts"],
    ["host-server/providers/tts/flite.ts", "host-server/session/session.ts"],
    ["host-server/providers/tts/flite.ts", "host-server/providers/asr/recogniser.ts"],
    ["host-server/pipeline/turn.ts", "host-server/session/session.ts"],
  ];
  for (const [file, target] of wrong) assert.ok(breach(file, target), `${file} may import ${target}`);
});

test("firmware imports no Node module, and the SDK only where it is wrapped", () => {
  const wrong: string[] = [];
  for (const file of sources.filter((name) => FIRMWARE.test(name))) {
    for (const target of importsOf(file)) {
      if (target.startsWith("node:")) wrong.push(`${file} imports ${target}`);
      const isConfig = file === "main.ts" && target === "mc/config";
      if (SDK.test(target) && !isConfig && !MAY_IMPORT_SDK.some((folder) => file.startsWith(folder))) {
        wrong.push(`${file} imports ${target}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
});

test("relative imports name a file that exists, with its ending", () => {
  const known = new Set(files);
  const wrong: string[] = [];
  for (const file of sources) {
    for (const match of read(file).matchAll(/from "(\.[^"]+)"/g)) {
      const path = relative(ROOT, join(ROOT, dirname(file), match[1] as string));
      if (!known.has(path)) wrong.push(`${file}: ${match[1]}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test(`no file is longer than ${MAX_LINES} lines`, () => {
  const long = files.filter((file) => read(file).split("\n").length - 1 > MAX_LINES);
  assert.deepEqual(long, []);
});

test(`no folder of sources holds more than ${MAX_FILES_IN_FOLDER} files`, () => {
  const counts = new Map<string, number>();
  for (const file of sources) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  assert.deepEqual(
    [...counts].filter(([, count]) => count > MAX_FILES_IN_FOLDER),
    [],
  );
});

test("the project speaks of itself alone", () => {
  const texts = globSync("**/*.{ts,tsx,c,h,mjs,md,json,sh,yaml,yml}", {
    cwd: ROOT,
    exclude: ["node_modules/**", ".build/**", "data/**"],
  });
  const foreign = /\/(?:work|opt|root|tmp)\/[a-z.]/;
  const wrong = texts.filter((file) => file !== "test/architecture.test.ts" && foreign.test(read(file)));
  assert.deepEqual(wrong, []);
});
