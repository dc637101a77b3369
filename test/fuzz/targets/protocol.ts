import { isUtf8 } from "node:buffer";
import { globSync } from "node:fs";
import { dirname, join } from "node:path";
import { oggOpusFile } from "../../../host-server/audio/ogg-opus-file.ts";
import { createBundle } from "../../../simulator/bundle.ts";
import { Machine } from "../../../simulator/machine.ts";
import { TWINS } from "../../../simulator/twins/twins.ts";
import { AUDIO_FRAME_VECTORS } from "../../protocol/vectors/audio-frames.ts";
import { TO_DEVICE_VECTORS } from "../../protocol/vectors/to-device.ts";
import { TO_SERVER_VECTORS } from "../../protocol/vectors/to-server.ts";
import { fromHex, UDP_VECTORS } from "../../protocol/vectors/udp.ts";
import { BINARY, outcome } from "../reading.ts";
import { bytesOfText, expect, type FuzzTarget } from "../target.ts";

const ROOT = dirname(dirname(dirname(import.meta.dirname)));
const ENTRY = "test/xs/shims/fuzz-entry";
const MODULES = ["protocol/**/*.ts", "test/fuzz/reading.ts", `${ENTRY}.ts`];
/** Above what the longest input takes. */
const METER_LIMIT = 500_000_000;

const OTA = {
  server_time: { timestamp: 1_700_000_000_000, timezone_offset: 480 },
  firmware: { version: "1.2.3", url: "http://h/f.bin", force: 1, sha256: "ab" },
  websocket: { url: "ws://h:8000/xiaozhi/v1/", token: "t", version: 3 },
  mqtt: { endpoint: "h:1883", client_id: "a@@@b@@@c", username: "u", password: "p", keepalive: 240 },
  activation: { code: "123456", message: "m", challenge: "c", timeout_ms: 30_000 },
};
const RPC = [
  { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "self.a", arguments: {} } },
  { jsonrpc: "2.0", id: "a", result: {} },
  { jsonrpc: "2.0", id: null, error: { code: -32601, message: "no" } },
];
const TOOLS = {
  tools: [{ name: "a", description: "b", inputSchema: { type: "object", properties: {} } }],
  nextCursor: "n",
};
const CALLED = { content: [{ type: "text", text: "yes" }], isError: false };
const ARGUMENTS = { level: 3, name: "somebody", days: [1], at: { hour: 2 } };

function input(kind: string, rest: string | Uint8Array | object): Uint8Array {
  const bytes = rest instanceof Uint8Array ? rest : bytesOfText(typeof rest === "string" ? rest : JSON.stringify(rest));
  return Buffer.concat([bytesOfText(kind), bytes]);
}

function seeds(): Uint8Array[] {
  const ogg = oggOpusFile([Uint8Array.of(0x58, 1, 2), new Uint8Array(300)], {
    sampleRate: 16_000,
    packetMs: 60,
    vendor: "v",
  });
  return [
    ...TO_SERVER_VECTORS.map(({ text }) => input("s", text)),
    ...TO_DEVICE_VECTORS.flatMap(({ text }) => [input("d", text), input("h", text)]),
    input("o", OTA),
    input("r", { application: { name: "xiaozhi", version: "1.0.0" }, board: { type: "b" } }),
    ...RPC.map((message) => input("j", message)),
    input("t", TOOLS),
    input("c", CALLED),
    input("a", ARGUMENTS),
    input("v", "1.2.3.4"),
    ...AUDIO_FRAME_VECTORS.map(({ message }) => input("f", fromHex(message))),
    ...UDP_VECTORS.map(({ header, cipher }) => input("u", fromHex(header + cipher))),
    input("g", ogg),
    input("p", Uint8Array.of(0x5b, 0x82, 10, 20)),
  ];
}

/** The readers on the engine of the devices. */
function readersOnXs() {
  const map = new Map<string, string>();
  for (const pattern of MODULES) {
    for (const path of globSync(pattern, { cwd: ROOT })) map.set(path.replace(/\.ts$/, ""), join(ROOT, path));
  }
  const bundle = createBundle({ directory: ROOT, modules: map, config: {} }, { host: TWINS["host"] as string });
  let id = 0;
  const register = (value: number) => {
    id = value;
  };
  const create = () => {
    const made = new Machine(
      bundle,
      {
        name: "fuzz",
        creation: {
          static: 0,
          chunk: { initial: 1 << 20, incremental: 1 << 20 },
          heap: { initial: 65_536, incremental: 65_536 },
          stack: 4096,
          keys: { initial: 4096, incremental: 4096 },
        } as never,
        clock: { now: () => 0 },
        seed: 1,
        meterLimit: METER_LIMIT,
      },
      { call: (_name, value) => register(Number(value)), log: () => {} },
    );
    made.import(ENTRY);
    return made;
  };
  let machine = create();
  let count = 0;
  return {
    read: (kind: string, bytes: Uint8Array) => {
      // Names of members stay in an engine for ever, as they do on a device, where a restart takes them.
      if (++count % 2_000 === 0) {
        machine.close();
        machine = create();
      }
      return machine.notify(id, "read", kind, bytes);
    },
    close: () => machine.close(),
  };
}

/** Everything in `protocol/`, on V8 and on XS, which must understand the same. */
export function protocolOnBothEngines(): FuzzTarget {
  const xs = readersOnXs();
  return {
    seeds: seeds(),
    form: "text",
    run: (input) => {
      const kind = String.fromCharCode(input[0] ?? 0);
      const bytes = Uint8Array.from(input.subarray(1));
      const here = outcome(kind, Buffer.from(bytes).toString(), bytes);
      expect(!here.startsWith("?"), `a reader refuses, and does not fail: ${here}`);
      const there = String(xs.read(kind, bytes));
      expect(!there.startsWith("?"), `a reader refuses on XS, and does not fail: ${there}`);
      // XS makes something else of bytes that are no text, and ends a text at a zero.
      if (!BINARY.includes(kind) && (!isUtf8(bytes) || bytes.includes(0))) return undefined;
      expect(there === here, `both engines understand the same: ${here.slice(0, 300)} | ${there.slice(0, 300)}`);
      return kind + (here.startsWith("!") ? here : here.slice(0, 12));
    },
    close: () => xs.close(),
  };
}
