import assert from "node:assert/strict";
import { test } from "node:test";
import { createDemoWorld } from "../../cli/demo/world.ts";
import type { LlmEvent, ToolSpec } from "../../host-server/providers/llm.ts";
import { converse } from "../../simulator/conversation.ts";
import { scriptedStages, tone } from "../host-server/fakes/stages.ts";
import { boardFolders, pathOf } from "./board-folders.ts";

const WAYS = ["websocket", "mqtt"] as const;
const QUESTION = { pcm: tone(16_000, 16_000), sampleRate: 16_000 };
const LIMIT_MS = 120_000;
const ROUND = [
  "bread-compact-wifi-lcd/gc9a01-240x240",
  "movecall-moji-esp32s3",
  "simulator-camera",
  "waveshare-lcd-1.85",
];

/** In the firmware of boards that have one. */
const SCREEN = "modules/ui/screen/screen";

/** What every device has, as a model sees it; the rest is the board's own. */
const COMMON = /^self_(get_device_status|audio_speaker|screen|timer|alarm)/;

/** Something that a board has of its own and that wants no arguments, or the status of the device. */
function harmlessTool(tools: readonly ToolSpec[]): string {
  const own = tools.filter(({ name }) => name.startsWith("self_") && !COMMON.test(name));
  const bare = own.find(({ inputSchema }) => Object.keys((inputSchema["properties"] as object) ?? {}).length === 0);
  return bare?.name ?? "self_get_device_status";
}

/** A server and a board: the model of the server calls one of the board's tools. */
async function createBoardWorld(folder: string, way: (typeof WAYS)[number]) {
  const offered: string[] = [];
  const callTool = async function* (_: unknown, tools: readonly ToolSpec[]): AsyncIterable<LlmEvent> {
    offered.push(...tools.map(({ name }) => name));
    yield { type: "tool-call", call: { id: "1", name: harmlessTool(tools), arguments: {} } };
  };
  const world = await createDemoWorld({
    way,
    board: pathOf(folder),
    stages: (_, clock) => scriptedStages({ heard: ["do it"], rounds: [callTool, "Done it."] }, clock),
  });
  return { ...world, offered };
}

test("there are boards to check", () => assert.ok(boardFolders().length >= 12));

for (const folder of boardFolders()) {
  // Boards that differ in their panel only send and hear the same by either way.
  for (const way of folder.includes("/") ? WAYS.slice(0, 1) : WAYS) {
    test(`${folder}: starts, hears, uses a tool and speaks by ${way}`, async () => {
      const { clock, device, reports, offered, stop } = await createBoardWorld(folder, way);
      try {
        device.start();
        const { audibleMs, underruns } = await clock.run(converse(device, QUESTION), { limitMs: LIMIT_MS });
        const [report] = reports;
        assert.equal(report?.heard, "do it");
        assert.equal(report.said, "Done it.");
        assert.ok(audibleMs > 300 && underruns === 0, `${audibleMs} ms of sound, ${underruns} gaps`);
        const [use] = report.tools;
        assert.ok(use?.name.startsWith("self_") && !/error|fail/i.test(use.result), JSON.stringify(use));
        assert.ok(offered.includes("self_audio_speaker_set_volume"));
        const hasScreen = device.firmware.manifest.modules.has(SCREEN);
        assert.equal(device.hardware.screen.frames > 0, hasScreen, `${device.hardware.screen.frames} pictures`);
        assert.equal(device.hardware.screen.isRound, ROUND.includes(folder));
        assert.equal(device.stats.crashes, 0);
      } finally {
        await stop();
      }
    });
  }
}
