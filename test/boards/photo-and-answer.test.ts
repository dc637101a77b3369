import assert from "node:assert/strict";
import { test } from "node:test";
import { createDemoWorld } from "../../cli/demo/world.ts";
import type { LlmEvent } from "../../host-server/providers/llm.ts";
import type { Picture } from "../../host-server/providers/vllm.ts";
import { converse } from "../../simulator/conversation.ts";
import { jpegFile } from "../firmware/screen/picture-files.ts";
import { scriptedStages, tone } from "../host-server/fakes/stages.ts";
import { pathOf } from "./board-folders.ts";

const QUESTION = { pcm: tone(16_000, 16_000), sampleRate: 16_000 };
const PHOTO = new Uint8Array(jpegFile(64, 48, (x, y) => [x * 4, y * 5, 128]));

for (const way of ["websocket", "mqtt"] as const) {
  test(`by ${way}: who asks what the device sees hears what the server's eyes say of its photo`, async () => {
    const seen: [question: string, type: string, bytes: number][] = [];
    const explain = async ({ type, bytes }: Picture, question: string) => {
      seen.push([question, type, bytes.length]);
      return "A red fox.";
    };
    const look = async function* (): AsyncIterable<LlmEvent> {
      yield {
        type: "tool-call",
        call: { id: "1", name: "self_camera_take_photo", arguments: { question: "What is it?" } },
      };
    };
    const world = await createDemoWorld({
      way,
      board: pathOf("simulator-camera"),
      stages: (_, clock) => {
        const stages = scriptedStages({ heard: ["what do you see"], rounds: [look, "A red fox."] }, clock);
        return { ...stages, vllm: { explain, close: async () => undefined } };
      },
    });
    const { clock, device, reports, stop } = world;
    device.hardware.photo = PHOTO;
    try {
      device.start();
      await clock.run(converse(device, QUESTION), { limitMs: 120_000 });
      assert.deepEqual(seen, [["What is it?", "image/jpeg", PHOTO.length]]);
      assert.match(reports[0]?.said ?? "", /A red fox\./);
    } finally {
      await stop();
    }
  });
}
