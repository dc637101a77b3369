import type { Random } from "../../simulator/random.ts";
import { toneFrames } from "../firmware/scripted-server.ts";
import { BAD_TO_DEVICE, TO_DEVICE_VECTORS } from "../protocol/vectors/to-device.ts";

const TOOLS = [
  "self.get_device_status",
  "self.audio_speaker.set_volume",
  "self.screen.set_brightness",
  "self.timer.set",
  "self.timer.list",
  "self.timer.cancel",
  "self.get_system_info",
  "self.no.such_tool",
];
const METHODS = [
  "tools/call",
  "tools/call",
  "tools/call",
  "tools/list",
  "initialize",
  "notifications/initialized",
  "x",
];

/** Messages of a conversation are more frequent than all others, so that the device is in one most of the time. */
const FREQUENT = [
  '{"type":"tts","state":"start","session_id":"s1"}',
  '{"type":"tts","state":"sentence_start","text":"一二三","session_id":"s1"}',
  '{"type":"tts","state":"stop","session_id":"s1"}',
  '{"type":"stt","text":"hello","session_id":"s1"}',
];

/** A goodbye or a restart each few messages would leave no time for anything else. */
const RARE = /reboot|goodbye|speak_request|notify/;
const TEXTS = [...TO_DEVICE_VECTORS, ...BAD_TO_DEVICE].map(({ text }) => text).filter((text) => !RARE.test(text));
const RARE_TEXTS = TO_DEVICE_VECTORS.map(({ text }) => text.replace('"session_id":"s"', '"session_id":"s1"')).filter(
  (text) => RARE.test(text),
);
const FRAMES = toneFrames(1200);

/** What a server may send, and what none should: by a seed, always the same. */
export class StormMessages {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.#random.below(list.length)] as T;
  }

  text(): string {
    const dice = this.#random.next();
    if (dice < 0.3) return this.pick(FREQUENT);
    if (dice < 0.45) return this.#call();
    if (dice < 0.6) return this.pick(TEXTS);
    if (dice < 0.603) return this.pick(RARE_TEXTS);
    if (dice < 0.85) return this.#mutated(this.pick([...FREQUENT, ...TEXTS, this.#call()]));
    if (dice < 0.95) return JSON.stringify(this.#value(0));
    if (dice < 0.955) return `{"type":"stt","text":"${"x".repeat(this.#random.below(40_000))}"}`;
    if (dice < 0.96)
      return `{"type":"mcp","payload":${JSON.stringify(Array(this.#random.below(5000)).fill({ a: [] }))}}`;
    return Buffer.from(this.#random.bytes(this.#random.below(60))).toString("latin1");
  }

  /** An Opus packet, a broken one, or bytes. */
  packet(): Uint8Array {
    const dice = this.#random.next();
    const frame = this.pick(FRAMES);
    if (dice < 0.6) return frame;
    if (dice < 0.8) return this.#flipped(frame);
    return this.#random.bytes(this.#random.below(dice < 0.99 ? 200 : 3000));
  }

  #call(): string {
    const args = this.pick([
      { volume: this.#random.below(150) - 20 },
      { brightness: this.#random.below(150) - 20 },
      { seconds: this.#random.below(4000), label: "tea" },
      { id: this.#random.below(5) },
      this.#value(1),
    ]);
    const params = this.pick<unknown>([
      { name: this.pick(TOOLS), arguments: args },
      { withUserTools: true },
      this.#value(1),
    ]);
    const id = this.#random.below(1000) - 10;
    return JSON.stringify({ type: "mcp", payload: { jsonrpc: "2.0", id, method: this.pick(METHODS), params } });
  }

  #mutated(text: string): string {
    const at = this.#random.below(text.length);
    const dice = this.#random.below(5);
    if (dice === 0) return text.slice(0, at);
    if (dice === 1) return text.slice(0, at) + text.slice(this.#random.below(text.length));
    if (dice === 2) return text.slice(0, at) + String.fromCharCode(this.#random.below(256)) + text.slice(at + 1);
    const literals = text.match(/"[^"]*"|\d+|true|null/g) ?? [""];
    return text.replace(this.pick(literals), JSON.stringify(this.#value(1)));
  }

  #flipped(bytes: Uint8Array): Uint8Array {
    const copy = Uint8Array.from(bytes);
    for (let n = 1 + this.#random.below(4); n > 0; n--) copy[this.#random.below(copy.length)] = this.#random.below(256);
    return copy;
  }

  #value(depth: number): unknown {
    const dice = this.#random.below(depth > 4 ? 6 : 9);
    if (dice === 0) return null;
    if (dice === 1) return this.#random.next() < 0.5;
    if (dice === 2) return this.pick([0, -1, 1.5, 1e308, -0, 2 ** 31, 2 ** 53, 1e-9]);
    if (dice <= 5) return this.#word();
    const members = Array.from({ length: this.#random.below(5) }, () => this.#value(depth + 1));
    if (dice === 6) return members;
    return Object.fromEntries(members.map((member) => [this.#word(), member]));
  }

  #word(): string {
    const known = ["type", "state", "text", "session_id", "payload", "params", "arguments", "__proto__", "constructor"];
    if (this.#random.next() < 0.6) return this.pick(known);
    return Buffer.from(this.#random.bytes(this.#random.below(9))).toString("base64");
  }
}
