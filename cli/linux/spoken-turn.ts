import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readWav, writeWav } from "../../host-server/audio/wav.ts";
import { systemClock } from "../../host-server/clock.ts";
import { loadConfig } from "../../host-server/config/load.ts";
import { createLog } from "../../host-server/log.ts";
import { providers } from "../../host-server/providers/registry.ts";
import { createServer, type Server } from "../../host-server/server.ts";
import { OTA_PATH } from "../../protocol/ota.ts";
import { resample } from "../../simulator/audio/resample.ts";
import { Listener } from "../listener.ts";
import { synthesize } from "../speech.ts";
import { LinuxProgram, type MemoryPeaks } from "./linux-program.ts";

const MICROPHONE_RATE = 16_000;
const QUESTION = "Set the volume to eighty";
const VOLUME = 80;

/** What came of one question to a Linux build. */
export interface SpokenTurn {
  /** What the server understood. */
  readonly heardByServer: string;
  /** What the speaker was heard to say. */
  readonly heardFromDevice: string;
  /** What the device keeps as its volume, in percent. */
  readonly volume: unknown;
  readonly peaks: Readonly<MemoryPeaks>;
}

/** What was wrong with it; empty when all was right. */
export function faultsOf({ heardByServer, heardFromDevice, volume }: SpokenTurn): string[] {
  const expected: [what: string, is: unknown, shouldBe: unknown][] = [
    ["the server heard", heardByServer, "set the volume to eighty"],
    ["the speaker said", heardFromDevice, "the volume is now eighty percent"],
    ["the device keeps as volume", volume, VOLUME],
  ];
  return expected.filter(([, is, should]) => is !== should).map(([what, is, should]) => `${what} ${is}, not ${should}`);
}

async function freePort(): Promise<number> {
  const probe = createTcpServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** How the device reaches the server: WebSocket, or MQTT with audio over UDP. */
export type Way = "websocket" | "mqtt";

async function startServer(dataDirectory: string, way: Way): Promise<Server> {
  const [port, httpPort, mqttPort, udpPort] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const mqtt = {
    XIAOZHI_GATEWAY_API_PORT: "0",
    XIAOZHI_SERVER_MQTT_GATEWAY: `127.0.0.1:${mqttPort}`,
    XIAOZHI_GATEWAY_PORT: String(mqttPort),
    XIAOZHI_GATEWAY_UDP_PORT: String(udpPort),
  };
  const env = {
    XIAOZHI_SERVER_IP: "127.0.0.1",
    XIAOZHI_SERVER_PORT: String(port),
    XIAOZHI_SERVER_HTTP_PORT: String(httpPort),
    XIAOZHI_SERVER_WEBSOCKET: `ws://127.0.0.1:${port}/xiaozhi/v1/`,
    ...(way === "mqtt" && mqtt),
  };
  const { config } = loadConfig({ path: "", env, providers });
  const server = createServer({ config, clock: systemClock, log: createLog({ level: "silent" }), dataDirectory });
  await server.start();
  return server;
}

function writeSettings(folder: string, otaUrl: string): void {
  const settings = { wifi: { ota_url: { format: "string", value: otaUrl } } };
  writeFileSync(join(folder, "settings.json"), JSON.stringify(settings));
}

async function writeQuestion(folder: string): Promise<void> {
  const { pcm, sampleRate } = await synthesize(QUESTION);
  const sound = resample(pcm, sampleRate, MICROPHONE_RATE);
  writeFileSync(join(folder, "question.wav"), writeWav({ pcm: sound, sampleRate: MICROPHONE_RATE, channels: 1 }));
}

/** Clicks, asks, and waits until the answer has been played. */
async function ask(device: LinuxProgram): Promise<void> {
  await device.line(/session state idle/, 30);
  const listening = device.line(/session state listening/, 10);
  device.tell("click");
  await listening;
  const speaking = device.line(/session state speaking/, 30);
  device.tell("say question.wav");
  await speaking;
  await device.line(/session state (listening|idle)/, 30);
}

async function recognise(folder: string): Promise<string> {
  const listener = new Listener(["the (volume|brightness) is [now] {level:0-100} percent"], systemClock);
  try {
    return await listener.hear(readWav(readFileSync(join(folder, "speaker.wav"))));
  } finally {
    await listener.close();
  }
}

function storedVolume(folder: string): unknown {
  return JSON.parse(readFileSync(join(folder, "settings.json"), "utf8")).audio?.output_volume?.value;
}

/**
 * Asks a Linux build of the firmware to set its volume, aloud, and listens to its answer: with a server on this
 * computer, sound in files, and time as it is.
 */
export async function playSpokenTurn(
  build: { readonly runner: string; readonly program: string },
  way: Way,
  onLine: (line: string) => void = () => {},
): Promise<SpokenTurn> {
  const folder = mkdtempSync(join(tmpdir(), "xiaozhi-linux-"));
  const server = await startServer(folder, way);
  let heardByServer = "";
  server.onTurn(({ heard }) => {
    heardByServer = heard;
  });
  try {
    writeSettings(folder, `http://127.0.0.1:${server.ports.http}${OTA_PATH}`);
    await writeQuestion(folder);
    const device = new LinuxProgram({ ...build, folder, seconds: 120, onLine });
    try {
      await ask(device);
    } finally {
      await device.stop();
    }
    const heardFromDevice = await recognise(folder);
    return { heardByServer, heardFromDevice, volume: storedVolume(folder), peaks: device.peaks };
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}
