import assert from "node:assert/strict";
import { test } from "node:test";
import { capacityOf, describeCapacity } from "../../../cli/sizing/capacity.ts";

const speech = { recogniser: 0.1, voice: 0.05 };

test("talkers follow from what one costs: of one core where speech is elsewhere, of all with the server's own", () => {
  const cost = { coreShare: 0.00349, idleRssBytes: 16 * 1024 };
  assert.deepEqual(capacityOf(cost, speech, 2), {
    talkers: 200,
    embeddedTalkers: 26,
    owners: 10_000,
    idleForGib: 65_536,
  });
  // More cores help the recogniser until the sessions' core is full.
  assert.equal(capacityOf(cost, speech, 64).embeddedTalkers, 200);
});

test("the sentence rounds to two digits, as nobody can know more", () => {
  const words = describeCapacity({ talkers: 213, embeddedTalkers: 7, owners: 10_650, idleForGib: 65_536 });
  assert.match(words, /about 210 devices talking at once/);
  assert.match(words, /some 11,000 devices in use/);
  assert.match(words, /about 7 with the recogniser/);
  assert.match(words, /holds 66,000 connected devices\.$/);
});
