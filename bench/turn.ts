import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeviceProcess } from "../cli/start/device-process.ts";
import type { FromChild } from "../cli/start/messages.ts";
import { systemClock } from "../host-server/clock.ts";
import { loadConfig } from "../host-server/config/load.ts";
import { createLog } from "../host-server/log.ts";
import type { TurnReport } from "../host-server/pipeline/turn-report.ts";
import { providers } from "../host-server/providers/registry.ts";
import { createServer } from "../host-server/server.ts";
import { OTA_PATH } from "../protocol/ota.ts";
import { type Figure, median } from "./figures.ts";

const SENTENCES = [
  "Set the volume to eighty",
  "What is the volume",
  "Set the brightness to thirty",
  "Turn the volume down",
  "Set the volume to twenty five",
  "What is the brightness",
  "Make it louder",
  "Set the brightness to ninety",
  "Hello",
  "Set the volume to fifty",
];

type Reply = Extract<FromChild, { type: "answered" | "unanswered" }>;

/** A device in a process of its own, and what it said last. */
function createDevice() {
  let resolve: (message: FromChild) => void = () => {};
  const device = new DeviceProcess((message) => resolve(message));
  const next = () =>
    new Promise<FromChild>((done) => {
      resolve = done;
    });
  return { device, next };
}

function stageMedian(reports: readonly TurnReport[], stage: keyof TurnReport["stages"]): string {
  return median(reports.map(({ stages }) => stages[stage] ?? Number.NaN).filter(Number.isFinite)).toFixed(0);
}

/** Spoken commands in real time over loopback, from the last sample spoken to the first sample heard. */
export async function benchTurn(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "xiaozhi-bench-"));
  const env = { XIAOZHI_SERVER_PORT: "0", XIAOZHI_SERVER_HTTP_PORT: "0" };
  const { config } = loadConfig({ path: join(folder, "none.yaml"), env, providers });
  const server = createServer({
    config,
    clock: systemClock,
    log: createLog({ level: "silent" }),
    dataDirectory: folder,
  });
  await server.start();
  const reports: TurnReport[] = [];
  server.onTurn((report) => reports.push(report));
  const { device, next } = createDevice();
  const otaUrl = `http://127.0.0.1:${server.ports.http}${OTA_PATH}`;
  const ready = next();
  device.send({ type: "start", otaUrl, board: "simulator", settings: join(folder, "device.json") });
  await ready;
  const replies: Reply[] = [];
  for (const text of SENTENCES) {
    const reply = next();
    device.send({ type: "say", text, answerFile: join(folder, "answer.wav") });
    replies.push((await reply) as Reply);
  }
  await device.stop();
  await server.stop();
  await rm(folder, { recursive: true });
  return describe(replies, reports);
}

function describe(replies: readonly Reply[], reports: readonly TurnReport[]): Figure[] {
  const latencies = replies.flatMap((reply) => (reply.type === "answered" ? (reply.latencyMs ?? []) : []));
  // Turn by turn: a sentence without an answer has no report.
  const silences = replies.flatMap((reply, n) => {
    const endedAt = reports[n]?.endedAt;
    return reply.type === "answered" && endedAt && reply.spokenUntil ? endedAt - reply.spokenUntil : [];
  });
  const right = reports.filter(({ heard }) => SENTENCES.some((text) => text.toLowerCase() === heard));
  return [
    { name: "sentences answered audibly", value: `${latencies.length} of ${SENTENCES.length}` },
    { name: "sentences heard to the word", value: `${right.length} of ${SENTENCES.length}` },
    { name: "last sample spoken to first heard, median ms", value: median(latencies).toFixed(0), target: "<= 650" },
    { name: "  worst ms", value: Math.max(...latencies).toFixed(0) },
    { name: "  of it silence until the end was sure, median ms", value: median(silences).toFixed(0), target: "<= 350" },
    { name: "  words, median ms", value: stageMedian(reports, "asr") },
    { name: "  answer and tools, median ms", value: stageMedian(reports, "think") },
    { name: "  voice, median ms", value: stageMedian(reports, "tts") },
  ];
}
