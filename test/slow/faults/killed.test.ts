import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, test } from "node:test";
import { WebSocket } from "ws";
import { createEncoder } from "../../../host-server/audio/opus.ts";
import { freePort } from "../../free-port.ts";
import { tone } from "../../host-server/fakes/stages.ts";
import { type Stage, startGatedModels } from "./gated-models.ts";

const MAIN = join(import.meta.dirname, "../../../cli/main.ts");
const PACKET = createEncoder({ sampleRate: 16_000 }).encode(tone(960, 16_000));
const folder = mkdtempSync(join(tmpdir(), "xiaozhi-killed-"));
let models: Awaited<ReturnType<typeof startGatedModels>>;
let port: number;
let server: ChildProcess;

before(async () => {
  models = await startGatedModels();
  port = await freePort();
  server = await startServer();
});
after(async () => {
  server.kill("SIGKILL");
  await models.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The real program, ready for devices. */
async function startServer(): Promise<ChildProcess> {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    XIAOZHI_SERVER_IP: "127.0.0.1",
    XIAOZHI_SERVER_PORT: String(port),
    XIAOZHI_SERVER_HTTP_PORT: "0",
    XIAOZHI_SERVER_DISCOVERY: "false",
    XIAOZHI_MCP_ENDPOINT_SERVER_ENABLED: "false",
  };
  for (const stage of ["ASR", "LLM", "TTS"]) {
    env[`XIAOZHI_${stage}_USE`] = "openai";
    env[`XIAOZHI_${stage}_OPENAI_BASE_URL`] = models.url;
    env[`XIAOZHI_${stage}_OPENAI_MODEL`] = "played";
  }
  const flags = ["--disable-warning=ExperimentalWarning", MAIN];
  const child = spawn(process.execPath, [...flags, "server", "--config", join(folder, ".config.yaml")], { env });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += data));
  while (!output.includes('"server ready"')) {
    await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
    if (child.exitCode !== null) throw new Error(`the server has ended: ${output}`);
  }
  return child;
}

/** A device that holds its button while somebody speaks. */
class Client {
  readonly #socket: WebSocket;
  readonly #waiting: { isIt: (sign: string) => boolean; resolve: () => void }[] = [];
  readonly closed: Promise<unknown>;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.closed = once(socket, "close");
    socket.on("error", () => {});
    socket.on("message", (data, isBinary) => {
      const { type, state = "" } = isBinary ? { type: "frame" } : JSON.parse(String(data));
      for (const { isIt, resolve } of this.#waiting) if (isIt(`${type} ${state}`.trim())) resolve();
    });
  }

  static async connect(): Promise<Client> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/xiaozhi/v1/`, {
      headers: { "device-id": "00:00:00:00:00:01" },
    });
    const client = new Client(socket);
    await once(socket, "open");
    const greeted = client.gets("hello");
    client.send({ type: "hello", version: 1, transport: "websocket" });
    await greeted;
    return client;
  }

  gets(sign: string): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ isIt: (seen) => seen === sign, resolve }));
  }

  send(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  listen(): void {
    this.send({ type: "listen", state: "start", mode: "manual" });
    for (let packet = 0; packet < 20; packet++) this.#socket.send(PACKET);
  }

  /** What was said is answered, to the end. */
  async ask(): Promise<void> {
    const answered = this.gets("tts stop");
    this.listen();
    this.send({ type: "listen", state: "stop" });
    await answered;
  }

  close(): void {
    this.#socket.close();
  }
}

/** Everything that is written of conversations, from outside of the server. */
function rows(): string[] {
  const database = new DatabaseSync(join(folder, "xiaozhi.db"), { readOnly: true });
  try {
    const found = database.prepare("select id, session, role, text from messages order by id").all();
    assert.deepEqual({ ...database.prepare("pragma integrity_check").get() }, { integrity_check: "ok" });
    return found.map((row) => JSON.stringify(row));
  } finally {
    database.close();
  }
}

/** Waits until a further turn is in the database. */
async function written(before: number): Promise<void> {
  while (rows().length < before + 2) await new Promise((resolve) => setTimeout(resolve, 50));
}

const asks = (stage: Stage) => async (device: Client) => {
  const asked = models.hold(stage);
  device.listen();
  device.send({ type: "listen", state: "stop" });
  await asked;
};

/** Brings a device to a step of a turn. */
const STEPS: { readonly [step: string]: (device: Client) => Promise<void> } = {
  "at rest, connected": async () => {},
  "while it listens": async (device) => device.listen(),
  "while the recogniser works": asks("asr"),
  "while the model thinks": asks("llm"),
  "before the first sound": asks("tts"),
  "while it speaks": async (device) => {
    const sound = device.gets("frame");
    device.listen();
    device.send({ type: "listen", state: "stop" });
    await sound;
  },
  "right after the answer": (device) => device.ask(),
};

for (const [step, reach] of Object.entries(STEPS)) {
  test(`killed ${step}: its device is told by the network, what was written is there, and it talks again`, async (t) => {
    const device = await Client.connect();
    const count = rows().length;
    await device.ask();
    await written(count);
    await reach(device);
    const kept = rows();
    const exited = once(server, "exit");
    const at = performance.now();
    server.kill("SIGKILL");
    await Promise.all([exited, device.closed]);
    models.release();
    server = await startServer();
    const startedAt = performance.now();
    const again = await Client.connect();
    await again.ask();
    t.diagnostic(
      `started again after ${Math.round(startedAt - at)} ms, an answer ${Math.round(performance.now() - at)} ms`,
    );
    assert.deepEqual(rows().slice(0, kept.length), kept, "no row that was written is lost");
    await written(kept.length);
    again.close();
    await again.closed;
  });
}
