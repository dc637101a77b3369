import { once } from "node:events";
import { connect } from "node:net";
import { systemClock } from "../../../host-server/clock.ts";
import { createLog } from "../../../host-server/log.ts";
import { EventReader, WyomingError, writeEvent } from "../../../host-server/providers/wyoming/events.ts";
import { WyomingServer } from "../../../host-server/wyoming/wyoming-server.ts";
import { type FuzzTarget, refusable } from "../target.ts";

const FORMAT = { rate: 16_000, width: 2, channels: 1 };
const SOUND = new Uint8Array(640).fill(3);

/** The service that Home Assistant finds, at a port of this computer. */
async function listeningServer(): Promise<WyomingServer> {
  const server = new WyomingServer({
    asr: {
      transcribe: async function* (frames) {
        let samples = 0;
        for await (const frame of frames) samples += frame.length;
        yield { text: `${samples}`, final: true };
      },
      close: async () => {},
    },
    tts: {
      speak: async function* (text) {
        yield { pcm: new Int16Array(Math.min(text.length, 100)), sampleRate: 16_000 };
      },
      close: async () => {},
    },
    models: { asr: "a", tts: "b" },
    languages: ["en"],
    asrMs: 1_000,
    ttsMs: 1_000,
    clock: systemClock,
    log: createLog({ level: "silent" }),
  });
  await new Promise<void>((resolve) => server.tcp.listen(0, "127.0.0.1", resolve));
  return server;
}

/** Events of the Wyoming protocol, as bytes. */
export async function wyoming(): Promise<FuzzTarget> {
  const server = await listeningServer();
  return {
    seeds: [
      Buffer.concat([
        writeEvent("describe"),
        writeEvent("transcribe", { language: "en" }),
        writeEvent("audio-start", FORMAT),
        writeEvent("audio-chunk", FORMAT, SOUND),
        writeEvent("audio-stop"),
      ]),
      Buffer.concat([
        writeEvent("synthesize-start", { voice: {} }),
        writeEvent("synthesize-chunk", { text: "One. Two." }),
        writeEvent("synthesize", { text: "One. Two." }),
        writeEvent("synthesize-stop"),
        writeEvent("ping", { text: "a" }),
      ]),
      writeEvent("synthesize", { text: "你好。" }),
    ],
    run: async (input) => {
      const types = refusable(
        () =>
          new EventReader()
            .push(input)
            .map(({ type }) => type)
            .join(),
        [WyomingError],
      );
      const socket = connect(server.port, "127.0.0.1");
      let answer = "";
      socket.on("data", (data) => {
        answer += /"type":"([a-z-]+)"/.exec(data.toString("latin1"))?.[1] ?? "";
      });
      socket.on("error", () => {});
      socket.end(input);
      await once(socket, "close");
      return `${types?.slice(0, 60)}|${answer.slice(0, 60)}`;
    },
    close: () => server.close(),
  };
}
