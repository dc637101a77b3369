import { createHash, randomUUID } from "node:crypto";
import type { ProviderHost } from "../../host-server/providers/files/provider-host.ts";

/*
 * The voices of Microsoft Edge's "read aloud": many languages, without an account. Copy this file to data/providers/edge.ts, and
 *
 *   tts:
 *     use: [edge, flite]
 *     edge: { voice: zh-CN-XiaoxiaoNeural }
 *
 * It is no public service: its proof of origin changes from time to time, and nobody promises that it stays. The wire is that of
 * the program edge-tts 7.2 (December 2025). It was run against a scripted server of that wire, never against Microsoft's own.
 */

const TOKEN = "6A5AA1D4EAFF4E9FB37E23D68491D6F4";
const BROWSER = "143.0.3650.75";
/** Seconds between the year 1601, from which the service counts, and 1970. */
const WINDOWS_EPOCH = 11_644_473_600;
/** What its MP3 has: 24 kHz, mono. */
const SAMPLE_RATE = 24_000;
const HEADERS = {
  Pragma: "no-cache",
  "Cache-Control": "no-cache",
  Origin: "chrome-extension://jdiccldimpdaibmpdkjnbmckianbfold",
  "Accept-Language": "en-US,en;q=0.9",
  "User-Agent": `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0`,
};

/** Who asks shows that it is a browser by a sum over the time, in steps of five minutes. */
export function proofOfOrigin(now: number): string {
  const seconds = Math.floor(now / 1000) + WINDOWS_EPOCH;
  const ticks = BigInt(seconds - (seconds % 300)) * 10_000_000n;
  return createHash("sha256").update(`${ticks}${TOKEN}`, "ascii").digest("hex").toUpperCase();
}

export default ({ z, defineTts, connect, speechOf, stageError, socketFailure }: ProviderHost) => {
  const signed = (unit: string) => z.string().regex(new RegExp(`^[+-]\\d+${unit}$`));
  const settings = z.strictObject({
    voice: z.string().default("zh-CN-XiaoxiaoNeural").describe("Name of the voice."),
    rate: signed("%").default("+0%").describe("How fast it speaks: +20%."),
    pitch: signed("Hz").default("+0Hz").describe("How high: -10Hz."),
    volume: signed("%").default("+0%").describe("How loud."),
    url: z
      .url({ protocol: /^wss?$/ })
      .default("wss://speech.platform.bing.com/consumer/speech/synthesize/readaloud/edge/v1"),
  });
  type Settings = ReturnType<typeof settings.parse>;

  const addressOf = ({ url }: Settings, now: number) => {
    const address = new URL(url);
    address.searchParams.set("TrustedClientToken", TOKEN);
    address.searchParams.set("ConnectionId", plainId());
    address.searchParams.set("Sec-MS-GEC", proofOfOrigin(now));
    address.searchParams.set("Sec-MS-GEC-Version", `1-${BROWSER}`);
    return address;
  };

  async function* bytesOf(given: Settings, text: string, now: number, signal: AbortSignal) {
    const headers = { ...HEADERS, Cookie: `muid=${plainId().toUpperCase()};` };
    const socket = await connect({ url: addressOf(given, now), headers }, signal);
    try {
      for (const message of requestOf(given, text, now)) socket.send(message);
      for await (const message of socket) {
        if (typeof message !== "string") yield soundIn(message);
        else if (/^Path: ?turn\.end\r?$/m.test(message)) return;
      }
    } finally {
      socket.close();
    }
    if (!signal.aborted) throw stageError("tts", "broken", `${given.url} ended before the sentence did`);
  }

  return defineTts({
    name: "edge",
    settings,
    create: (given, { clock }) => ({
      async *speak(text, signal) {
        if (signal.aborted) return;
        try {
          yield* speechOf(bytesOf(given, text, clock.now(), signal), SAMPLE_RATE);
        } catch (cause) {
          if (!signal.aborted) throw socketFailure("tts", given.url, cause);
        }
      },
      async close() {},
    }),
  });
};

function plainId(): string {
  return randomUUID().replaceAll("-", "");
}

/** The two messages that ask for a sentence: the format, and the sentence in SSML. */
function requestOf(
  { voice, rate, pitch, volume }: { voice: string; rate: string; pitch: string; volume: string },
  text: string,
  now: number,
): [string, string] {
  const time = new Date(now).toUTCString().replace("GMT", "GMT+0000 (Coordinated Universal Time)");
  const options = { sentenceBoundaryEnabled: "false", wordBoundaryEnabled: "false" };
  const audio = { metadataoptions: options, outputFormat: "audio-24khz-48kbitrate-mono-mp3" };
  const config = JSON.stringify({ context: { synthesis: { audio } } });
  const words = `<prosody pitch='${pitch}' rate='${rate}' volume='${volume}'>${escaped(text)}</prosody>`;
  const speak = "<speak version='1.0' xmlns='http://www.w3.org/2001/10/synthesis' xml:lang='en-US'>";
  return [
    `X-Timestamp:${time}\r\nContent-Type:application/json; charset=utf-8\r\nPath:speech.config\r\n\r\n${config}\r\n`,
    `X-RequestId:${plainId()}\r\nContent-Type:application/ssml+xml\r\nX-Timestamp:${time}Z\r\nPath:ssml\r\n\r\n` +
      `${speak}<voice name='${escaped(voice)}'>${words}</voice></speak>`,
  ];
}

/** Sound stands behind a header, whose length is in the first two bytes. */
function soundIn(message: Uint8Array): Uint8Array {
  const headerBytes = ((message[0] ?? 0) << 8) | (message[1] ?? 0);
  return message.subarray(2 + headerBytes);
}

function escaped(text: string): string {
  const names: { readonly [character: string]: string } = {
    "&": "amp",
    "<": "lt",
    ">": "gt",
    "'": "apos",
    '"': "quot",
  };
  // Characters that XML cannot hold.
  return text
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, " ")
    .replaceAll(/[&<>'"]/g, (mark) => `&${names[mark]};`);
}
