import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { Page } from "playwright-core";
import { synthesize } from "../../../cli/speech.ts";
import { joinSamples } from "../../../host-server/audio/join.ts";
import { writeWav } from "../../../host-server/audio/wav.ts";
import { systemClock } from "../../../host-server/clock.ts";
import { readImageIdentity } from "../../../modules/upgrade/image-identity.ts";
import { OTA_PATH } from "../../../protocol/ota.ts";
import { VirtualDevice } from "../../../simulator/device.ts";
import { loadFirmware } from "../../../simulator/firmware.ts";
import { HostNetwork } from "../../../simulator/host-network.ts";
import { find, promptSound } from "../../firmware/prompts/prompt-files.ts";
import { chunk, sse } from "../../host-server/fakes/openai-server.ts";

/** The board that has sounds of its own in flash, its code among them. */
export const BOARD = "simulator-prompts";
const RATE = 24_000;
const DIGITS = 6;

/** A language model that is what its prompt says. */
export async function startModel() {
  const prompts: string[] = [];
  const server = createServer(async (request, response) => {
    const text = String(await buffer(request)) || "{}";
    const { messages = [] } = JSON.parse(text) as {
      messages?: { role: string; content: string }[];
    };
    const prompt = messages.find(({ role }) => role === "system")?.content ?? "";
    prompts.push(prompt);
    const content = prompt.includes("pirate")
      ? "Arr! My cannons are loud enough for the seven seas."
      : "I am an assistant.";
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.end(sse([chunk({ role: "assistant", content }), chunk({})]));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url, prompts, stop };
}

/** A device that can be heard, and that runs what is installed on it. */
export function startHeardDevice(serverUrl: string): VirtualDevice {
  const otaUrl = new URL(OTA_PATH, serverUrl).href;
  const build = (version: string) => loadFirmware({ board: BOARD, config: { otaUrl, version } });
  const device = new VirtualDevice({
    clock: systemClock,
    network: new HostNetwork(),
    firmware: build("0.1.0"),
    firmwareOf: (image) => build(readImageIdentity(image).version),
  });
  device.speaker.record();
  device.start();
  return device;
}

/**
 * The six digits in what a device played, by ear: behind "activation", at each place the digit of the firmware's ten that
 * is most like it. Undefined until they are all there.
 */
export function codeIn(recording: Int16Array): string | undefined {
  const opening = promptSound("en/activation", RATE);
  const { at, likeness } = find(recording, opening);
  if (likeness < 0.9) return undefined;
  const sounds = Array.from({ length: 10 }, (_, digit) => promptSound(`en/${digit}`, RATE));
  let from = at + opening.length;
  let code = "";
  while (code.length < DIGITS) {
    // Decoders have a delay, and players round: somewhat more than the sound itself.
    const heard = sounds.map((sound, digit) => ({
      digit,
      ...find(recording.subarray(from, from + sound.length + RATE / 20), sound),
    }));
    const best = heard.reduce((a, b) => (b.likeness > a.likeness ? b : a));
    if (best.likeness < 0.8) return undefined;
    const sound = sounds[best.digit];
    if (!sound) return undefined;
    code += String(best.digit);
    from += best.at + sound.length;
  }
  return code;
}

/** Looks again and again until there is something. @throws Error after `ms` */
export async function eventually<T>(
  what: string,
  ms: number,
  look: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  for (const end = performance.now() + ms; performance.now() < end; ) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`${what}: not within ${ms} ms`);
}

/** ms between two things that somebody says. */
const BREATH_MS = 2_500;

/** A recording of somebody who says something after a while, for Chromium, which plays it again and again. */
export async function spokenWav(texts: readonly string[], beforeMs: number, afterMs: number): Promise<Uint8Array> {
  const said = await Promise.all(texts.map((text) => synthesize(text)));
  const sampleRate = said[0]?.sampleRate ?? RATE;
  const pause = (ms: number) => new Int16Array((ms * sampleRate) / 1000);
  const pieces = said.flatMap(({ pcm }, at) => [pause(at === 0 ? beforeMs : BREATH_MS), pcm]);
  return writeWav({ pcm: joinSamples([...pieces, pause(afterMs)]), sampleRate, channels: 1 });
}

/** RFC 6238 with SHA-1, six digits and 30 s, as authenticators do it. */
export function totp(secret: string, now: number): string {
  const bits = [...secret].map((letter) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"),
  );
  const key = Buffer.from((bits.join("").match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const hash = createHmac("sha1", key).update(counter).digest();
  const at = (hash.at(-1) as number) & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** What the page of a device plays from now on. */
export function listenTo(page: Page) {
  const blocks: Int16Array[] = [];
  let rate = RATE;
  page.on("websocket", (socket) =>
    socket.on("framereceived", ({ payload }) => {
      if (typeof payload === "string" || payload[0] !== 1) return;
      rate = payload.readUInt16LE(2) * 100;
      blocks.push(new Int16Array(new Uint8Array(payload.subarray(4)).buffer));
    }),
  );
  return {
    get sampleRate() {
      return rate;
    },
    sound: () => Int16Array.from(blocks.flatMap((block) => [...block])),
    forget: () => blocks.splice(0),
  };
}
