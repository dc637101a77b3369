import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../host-server/clock.ts";
import { createLog } from "../host-server/log.ts";
import { createAgent } from "../host-server/storage/agents.ts";
import { listDevices } from "../host-server/storage/devices.ts";
import { listMessages } from "../host-server/storage/messages.ts";
import { listSessions } from "../host-server/storage/sessions.ts";
import { openStorage, type Storage } from "../host-server/storage/storage.ts";
import { printFigures } from "./figures.ts";
import { seedStorage } from "./storage/seed.ts";

const DEVICES = 10_000;
const MESSAGES = Number(process.env["MESSAGES"] ?? 1_000_000);
const ROUNDS = 20;

/** `xiaozhi bench storage [postgresql://…]`: how long each list of a console takes with 10,000 devices and 1,000,000 messages. */
export async function run([url = ""]: string[] = []): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "xiaozhi-bench-"));
  const log = createLog({ level: "silent" });
  const storage = await openStorage({ url, file: join(folder, "bench.db"), clock: systemClock, log });
  try {
    const began = performance.now();
    await createAgent(storage, { id: "agent", name: "Agent", settings: {} });
    await seedStorage(storage, { devices: DEVICES, messages: MESSAGES });
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(`${DEVICES} devices and ${MESSAGES} messages were written in ${seconds} s.`);
    printFigures(`Lists in ${storage.engine}`, await measure(storage));
  } finally {
    await storage.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return 0;
}

async function measure(storage: Storage) {
  const lists: { readonly [name: string]: (round: number) => Promise<unknown> } = {
    "devices, those seen last": (round) => listDevices(storage, { page: round + 1 }),
    "devices by a piece of the alias": (round) => listDevices(storage, { search: `room ${round}` }),
    "sessions, the newest": (round) => listSessions(storage, { page: round + 1 }),
    "sessions of a device": (round) => listSessions(storage, { device: `02:00:00:00:00:${String(round + 10)}` }),
    "messages, the newest": (round) => listMessages(storage, { page: round + 1 }),
    "messages, page 700": (round) => listMessages(storage, { page: 700 + round }),
    "messages of a device": (round) => listMessages(storage, { device: `02:00:00:00:00:${String(round + 10)}` }),
    "messages with a frequent word": () => listMessages(storage, { search: "天气" }),
    "messages with a frequent word, by the user": () => listMessages(storage, { search: "天气", role: "user" }),
    "messages with a rare word": (round) => listMessages(storage, { search: `number${round}` }),
    "messages of a device with a word": (round) =>
      listMessages(storage, { device: `02:00:00:00:00:${String(round + 10)}`, search: "天气" }),
  };
  const figures = [];
  for (const [name, list] of Object.entries(lists)) {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const began = performance.now();
      await list(round);
      times.push(performance.now() - began);
    }
    times.sort((a, b) => a - b);
    const at = (share: number) => (times[Math.ceil(times.length * share) - 1] as number).toFixed(1);
    figures.push({ name, value: `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms` });
  }
  return figures;
}
