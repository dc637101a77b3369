import { parseArgs } from "node:util";
import { type Figure, printFigures } from "./figures.ts";
import { measure, type Rung, type Subject } from "./gateway/run.ts";

const DEVICES = [50, 200, 500, 1000, 1500, 2000];
const SUBJECTS: readonly Subject[] = ["raw", "smallest", "ours"];
/** Beyond these a gateway no longer holds so many devices. */
const MAX_LOSS_PERCENT = 0.1;
const MAX_P99_MS = 30;

const TITLES = { raw: "UDP and AES alone", smallest: "Smallest gateway", ours: "Gateway" };

const HELP = `Usage: xiaozhi bench gateway [--devices N,N…] [--json]

Virtual devices send and get one frame of sound in 60 ms each through the MQTT and UDP gateway, and through the smallest
gateway that can be written for Node, which checks nothing, and through a loop of nothing but UDP and AES. Each rises until
it loses frames or delays them. On Linux with two cores the gateway has one of its own.

  --devices N,N…  numbers of devices  [${DEVICES.join()}]
  --json          the figures as JSON`;

/** `xiaozhi bench gateway`: what the MQTT and UDP gateway carries on this machine. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      devices: { type: "string", default: DEVICES.join() },
      json: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const counts = values.devices.split(",").map(Number);
  if (counts.some((count) => !Number.isSafeInteger(count) || count < 1 || count > 65_000)) {
    console.error(`xiaozhi bench gateway: --devices: expected numbers from 1 to 65000, got "${values.devices}"`);
    return 2;
  }
  const rungs: Rung[] = [];
  for (const subject of SUBJECTS) {
    for (const count of counts) {
      const rung = await measure(subject, count);
      rungs.push(rung);
      if (!values.json) printFigures(title(rung), figures(rung));
      if (!holds(rung)) break;
    }
  }
  if (values.json) console.log(JSON.stringify(rungs, null, 2));
  return 0;
}

function holds({ lossPercent, upMs, downMs }: Rung): boolean {
  return lossPercent <= MAX_LOSS_PERCENT && upMs[1] <= MAX_P99_MS && downMs[1] <= MAX_P99_MS;
}

function title({ subject, devices }: Rung): string {
  return `${TITLES[subject]}, ${devices} devices`;
}

function figures(rung: Rung): Figure[] {
  const pair = ([p50, p99]: readonly [number, number]) => `${p50.toFixed(2)} / ${p99.toFixed(1)}`;
  return [
    { name: "device to server, p50 / p99 ms", value: pair(rung.upMs), target: "p99 ≤ 30" },
    { name: "server to device, p50 / p99 ms", value: pair(rung.downMs), target: "p99 ≤ 30" },
    { name: "frames lost, %", value: rung.lossPercent.toFixed(3), target: "≤ 0.1" },
    { name: "CPU, µs a frame", value: rung.cpuMicrosecondsPerFrame.toFixed(1), target: "≤ 1.4 × the smallest" },
    { name: "CPU, % of a core", value: rung.cpuPercent.toFixed(0) },
    { name: "memory, KiB a device", value: rung.rssKibPerDevice.toFixed(0), target: "≤ 1.6 × the smallest" },
    ...(rung.subject === "raw"
      ? []
      : [{ name: "connection to hello, p50 / p99 ms", value: pair(rung.helloMs), target: "≤ 5" }]),
  ];
}
