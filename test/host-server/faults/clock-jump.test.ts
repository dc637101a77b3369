import assert from "node:assert/strict";
import { test } from "node:test";
import { openStorage } from "../../../host-server/storage/storage.ts";
import { calendarTime } from "../../../protocol/clock.ts";
import { VirtualClock } from "../../../simulator/clock.ts";
import { fetchFrom } from "../fakes/http.ts";
import { silentLog } from "../fakes/log.ts";
import { createWorld } from "../fakes/world.ts";

const HOUR = 3_600_000;

/** Time that goes on as ever, and a calendar that somebody sets. */
class SetClock extends VirtualClock {
  ahead = 0;

  calendar(): number {
    return this.now() + this.ahead;
  }
}

/** Two questions, between which, and while the second is answered, the date is set; gives what came of it. */
async function talkThrough(jumps: readonly [number, number]) {
  const clock = new SetClock();
  const storage = await openStorage({ url: "", file: ":memory:", clock, log: silentLog });
  const world = createWorld({}, {}, "data", { clock, storage });
  const device = await world.connect();
  device.detect("one");
  await clock.advance(5_000);
  clock.ahead = jumps[0];
  device.detect("two");
  await clock.advance(1_000);
  clock.ahead = jumps[1];
  await clock.advance(5_000);
  const rows = await storage.db.selectFrom("messages").select(["text", "at"]).orderBy("id").execute();
  const answer = JSON.parse((await fetchFrom(world.server, "http", "/xiaozhi/ota/", OTA)).text);
  const told = answer.server_time.timestamp - calendarTime(clock);
  await world.server.stop();
  await storage.close();
  const [first, , second] = rows.map(({ at }) => at);
  return { trace: device.trace, frames: device.frameTimes, apart: (second ?? 0) - (first ?? 0), told };
}

const OTA = {
  method: "POST",
  headers: { "device-id": "11:22:33:44:55:66", "client-id": "c", host: "localhost:8002" },
  body: JSON.stringify({ application: { version: "1.0.0" } }),
};

for (const [what, hours] of [
  ["an hour ahead", 1],
  ["an hour back", -1],
  ["twenty years ahead, as on a computer without a clock of its own", 175_320],
] as const) {
  test(`the date is set ${what}: the conversation notices nothing, and what is written from then on has the new one`, async () => {
    const usual = await talkThrough([0, 0]);
    const jumped = await talkThrough([hours * HOUR, hours * HOUR]);
    assert.deepEqual([jumped.trace, jumped.frames], [usual.trace, usual.frames]);
    assert.equal(jumped.apart, usual.apart + hours * HOUR);
    assert.ok(Math.abs(jumped.told) < 50, `devices are told the new time: ${jumped.told} ms off`);
    const amid = await talkThrough([0, hours * HOUR]);
    assert.deepEqual([amid.trace, amid.frames], [usual.trace, usual.frames]);
  });
}
