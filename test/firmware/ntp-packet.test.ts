import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ntpRequest, readNtpAnswer } from "../../modules/time/ntp-packet.ts";
import { ntpTime } from "./time-server.ts";

const NONCE = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

function answer(
  changes: { head?: number; stratum?: number; origin?: Uint8Array; received?: number; sent?: number } = {},
) {
  const { head = (4 << 3) | 4, stratum = 1, origin = NONCE, received = 1_790_000_000_000, sent = received } = changes;
  const packet = Buffer.alloc(48);
  packet[0] = head;
  packet[1] = stratum;
  packet.set(origin, 24);
  packet.set(ntpTime(received), 32);
  packet.set(ntpTime(sent), 40);
  return new Uint8Array(packet);
}

test("a question is 48 bytes: version 4, a client, and the nonce as its time", () => {
  const packet = ntpRequest(NONCE);
  assert.equal(Buffer.from(packet).toString("hex"), `23${"00".repeat(39)}0102030405060708`);
});

test("an answer says when it was sent and how long it took", () => {
  const said = readNtpAnswer(answer({ received: 1_790_000_000_250, sent: 1_790_000_000_750 }), NONCE);
  assert.equal(Math.round(said?.sentAt ?? 0), 1_790_000_000_750);
  assert.equal(Math.round(said?.heldMs ?? 0), 500);
});

test("after 2036 the seconds begin again", () => {
  const sent = Date.UTC(2036, 1, 7, 6, 28, 17);
  assert.equal(readNtpAnswer(answer({ received: sent }), NONCE)?.sentAt, sent);
});

test("what is no answer to this question is nothing", () => {
  const wrong = {
    "too short": answer().subarray(0, 47),
    "a question": answer({ head: (4 << 3) | 3 }),
    "a server that does not know": answer({ head: (3 << 6) | (4 << 3) | 4 }),
    "a refusal": answer({ stratum: 0 }),
    "no stratum": answer({ stratum: 16 }),
    "another's": answer({ origin: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 9) }),
    "no time": answer().fill(0, 40),
  };
  for (const [what, packet] of Object.entries(wrong)) assert.equal(readNtpAnswer(packet, NONCE), undefined, what);
});

test("any bytes are read without an error", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const said = readNtpAnswer(bytes, bytes.slice(24, 32));
      if (said) assert.ok(Number.isFinite(said.sentAt) && said.heldMs >= 0);
    }),
  );
});
