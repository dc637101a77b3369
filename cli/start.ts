import { createWriteStream, existsSync, mkdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { systemClock } from "../host-server/clock.ts";
import { createLog } from "../host-server/log.ts";
import { lanAddress } from "../host-server/ota/lan-address.ts";
import { openServerStorage } from "../host-server/server/open-storage.ts";
import { readConfiguration } from "../host-server/server/read-configuration.ts";
import { withStoredConfig } from "../host-server/server/stored-configuration.ts";
import { createServer, type Server } from "../host-server/server.ts";
import { OTA_PATH } from "../protocol/ota.ts";
import { DeviceProcess } from "./start/device-process.ts";
import type { FromChild, Levels } from "./start/messages.ts";
import { describeAnswer, describeLevels, describeTurn } from "./start/transcript.ts";

const HELP = `Usage: xiaozhi start [options]        (npm start -- [options])

Starts the server and one virtual device, and lets you talk with the device: type a sentence, or the path of a WAV file.
/wake [WORDS] calls the device by its wake word, as somebody does who is not near its button.

  --config FILE   configuration of the server  [data/.config.yaml]
  --board NAME    board of the virtual device  [simulator]
  --help          show this
`;

const LOG_FILE = "data/server.log";
const ANSWER_FILE = "data/last-answer.wav";
const SETTINGS_FILE = "data/virtual-device.json";

function banner(server: Server, name: string, { volume, brightness }: Levels, seconds: number): string {
  const { http } = server.ports;
  const { llm, asr, tts } = server.models;
  return `
XiaoZhi XS is ready (${seconds.toFixed(1)} s).

  Virtual device   ${name}, volume ${volume} %${brightness === undefined ? "" : `, brightness ${brightness} %`}
  Real devices     set their OTA URL to http://${lanAddress()}:${http}${OTA_PATH}
  Server's log     ${LOG_FILE}
  Understanding    ${llm}; words by ${asr}, voice by ${tts}

Type what you want to say to the device, for example:

  Set the volume to eighty
  What is the volume
  Set the brightness to thirty
  Goodbye

or the path of a WAV file with your own voice. /wake calls the device by its wake word. Ctrl-C ends.
`;
}

/** The terminal between a person, the server and the virtual device. */
class Terminal {
  readonly #server: Server;
  readonly #device: DeviceProcess;
  /** When the program began, for the figure in the greeting. */
  readonly #beganAt: number;
  readonly #lines = createInterface({ input: process.stdin, output: process.stdout, prompt: "you> " });
  readonly #waiting: string[] = [];
  #levels: Levels | undefined;
  #isTalking = false;
  #isEnding = false;
  #wasAnswered = true;
  #finish: (status: number) => void = () => {};

  constructor(server: Server, beganAt: number) {
    this.#server = server;
    this.#beganAt = beganAt;
    this.#device = new DeviceProcess((message) => this.#receive(message));
    server.onTurn((report) => console.log(describeTurn(report)));
    // From the first moment: what comes through a pipe may be there before the device is.
    this.#lines.on("line", (line) => this.#enqueue(line.trim()));
    this.#lines.on("close", () => this.#endOfInput());
  }

  /** Talks until the person ends it; gives the exit status. */
  run(board: string): Promise<number> {
    const otaUrl = `http://127.0.0.1:${this.#server.ports.http}${OTA_PATH}`;
    this.#device.send({ type: "start", otaUrl, board, settings: SETTINGS_FILE });
    this.#lines.on("SIGINT", () => this.#finish(0));
    process.on("SIGINT", () => this.#finish(0));
    process.on("SIGTERM", () => this.#finish(0));
    return new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  async stop(): Promise<void> {
    this.#lines.close();
    await this.#device.stop();
  }

  #enqueue(line: string): void {
    if (line !== "") this.#waiting.push(line);
    this.#next();
  }

  /** Piped sentences end the program after the last answer; a server without a terminal goes on. */
  #endOfInput(): void {
    if (this.#waiting.length === 0 && !this.#isTalking && !process.stdin.isTTY) return;
    this.#isEnding = true;
    this.#next();
  }

  #next(): void {
    if (!this.#levels || this.#isTalking) return;
    const line = this.#waiting.shift();
    if (line === undefined) {
      if (this.#isEnding) this.#finish(this.#wasAnswered ? 0 : 1);
      else if (process.stdin.isTTY) this.#lines.prompt();
      return;
    }
    this.#isTalking = true;
    if (!process.stdin.isTTY) console.log(`you> ${line}`);
    this.#send(line);
  }

  #send(line: string): void {
    const [, words] = /^\/wake\b *(.*)$/.exec(line) ?? [];
    if (words !== undefined) return this.#device.send({ type: "wake", text: words || undefined });
    const isFile = /\.wav$/i.test(line) && existsSync(line);
    if (isFile) this.#device.send({ type: "play", file: line, answerFile: ANSWER_FILE });
    else this.#device.send({ type: "say", text: line, answerFile: ANSWER_FILE });
  }

  #receive(message: FromChild): void {
    if (message.type === "fault") return console.error(`device: ${message.text}`);
    if (message.type === "ended") {
      console.error(message.text);
      return this.#finish(1);
    }
    if (message.type === "ready") {
      const seconds = (performance.now() - this.#beganAt) / 1000;
      console.log(banner(this.#server, message.name, message.levels, seconds));
    } else if (message.type === "woken") {
      console.log("  listening: say something\n");
      this.#isTalking = false;
    } else {
      const isAnswered = message.type === "answered";
      this.#wasAnswered &&= isAnswered && message.latencyMs !== undefined;
      console.log(isAnswered ? describeAnswer(message) : `  ${message.text}`);
      if (this.#levels) console.log(`${describeLevels(this.#levels, message.levels)}\n`);
      this.#isTalking = false;
    }
    this.#levels = message.levels;
    this.#next();
  }
}

/** `xiaozhi start` */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      config: { type: "string", default: "data/.config.yaml" },
      board: { type: "string", default: "simulator" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const beganAt = performance.now();
  const configuration = await readConfiguration(values.config);
  const { config, warnings, registry } = configuration;
  for (const warning of warnings) console.error(`${values.config}: ${warning}`);
  mkdirSync("data", { recursive: true });
  const log = createLog({ level: config.log.level, output: createWriteStream(LOG_FILE, { flags: "a" }) });
  const storage = await openServerStorage({ config, dataDirectory: "data", clock: systemClock, log });
  const read = await withStoredConfig(configuration, storage, log);
  const server = createServer({ ...read, clock: systemClock, log, registry, ...(storage && { storage }) });
  // The device's process gets up while the server loads its models.
  const terminal = new Terminal(server, beganAt);
  try {
    await server.start();
    return await terminal.run(values.board);
  } finally {
    await terminal.stop();
    await server.stop();
    await storage?.close();
  }
}
