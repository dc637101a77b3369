import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { toneFrames } from "../firmware/scripted-server.ts";
import { oggOpusFile } from "../protocol/ogg/ogg-file.ts";
import { createMqttPlace } from "./mqtt-place.ts";

const NOTIFY = {
  type: "notify",
  audio_url: "http://sounds.test/bell.ogg",
  subtitles: [{ start_ms: 0, text: "Dinner" }],
};

test("a group of devices at rest is notified: each fetches the sound, plays it, and rests again", async () => {
  const { clock, network, server, addDevice, post, stop } = await createMqttPlace();
  let requests = 0;
  const http = createServer((_request, response) => {
    requests++;
    response.end(oggOpusFile(toneFrames(1200)));
  });
  await network.listen("sounds.test", 80, (stream) => http.emit("connection", stream));
  const devices = [await addDevice(), await addDevice()];
  const { results } = await post("/api/devices/commands", { group: "GID_simulator", ...NOTIFY });
  assert.deepEqual(Object.values(results), [
    { success: true, data: null },
    { success: true, data: null },
  ]);
  await clock.advance(4_000);
  for (const device of devices) {
    const { firstAudibleAt = 0, lastAudibleAt = 0 } = device.speaker;
    assert.ok(lastAudibleAt - firstAudibleAt > 1_000);
    assert.deepEqual([device.state, device.stats.crashes], ["idle", 0]);
  }
  assert.deepEqual([requests, server.sessionCount], [2, 0]);
  await stop();
});
