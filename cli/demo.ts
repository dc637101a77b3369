import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { writeWav } from "../host-server/audio/wav.ts";
import { ACTS, type ActResult } from "./demo/acts.ts";
import { playDemo } from "./demo/play.ts";
import type { DemoWay } from "./demo/world.ts";

const WAYS: readonly DemoWay[] = ["websocket", "mqtt", "gateway"];

const HELP = `Usage: xiaozhi demo [options]        (npm run demo -- [options])

Plays a conversation of ${ACTS.length} turns: a voice speaks to the virtual device, the server understands and calls the
device's tools, and the device answers aloud. Everything goes through real sound both ways; time is virtual, so it takes
less than it lasts. Every answer is recognised again from what the speaker played, and the device's settings are looked
at. The answers are written as WAV files.

  --way WAY      how the device reaches the server: websocket, mqtt (and UDP), or gateway (the same through a gateway
                 that is a program of its own)  [websocket]
  --record DIR   where to write what the speaker played  [recordings]
  --help         show this

Exit status: 0 when every turn was right, otherwise 1.
`;

function describe({ act, heardByServer, heardFromDevice, exchange, faults }: ActResult, number: number): string {
  const interrupting = act.interrupting === undefined ? "" : `"${act.interrupting}" — click — `;
  const latency = exchange?.latencyMs === undefined ? "" : `   (after ${Math.round(exchange.latencyMs)} ms)`;
  return [
    `${number}. ${act.title}`,
    `   you said        ${interrupting}"${act.says}"`,
    `   server heard    "${heardByServer}"`,
    `   speaker said    "${heardFromDevice}"${latency}`,
    ...faults.map((fault) => `   WRONG           ${fault}`),
    "",
  ].join("\n");
}

function record(folder: string, { exchange }: ActResult, number: number): void {
  if (!exchange) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/answer-${number}.wav`, writeWav({ ...exchange.answer, channels: 1 }));
}

/** `xiaozhi demo` */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      way: { type: "string", default: "websocket" },
      record: { type: "string", default: "recordings" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const way = WAYS.find((name) => name === values.way);
  if (!way) {
    console.error(`xiaozhi demo: --way: expected ${WAYS.join(", ")}, got "${values.way}"`);
    return 2;
  }
  let number = 0;
  const results = await playDemo({
    way,
    onAct: (result) => {
      number++;
      console.log(describe(result, number));
      record(values.record, result, number);
    },
  });
  const good = results.filter(({ faults }) => faults.length === 0).length;
  console.log(`${good} of ${results.length} turns were right; the answers are in ${values.record}/`);
  return good === results.length ? 0 : 1;
}
