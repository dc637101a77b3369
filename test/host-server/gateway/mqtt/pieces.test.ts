import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseClientId } from "../../../../host-server/gateway/mqtt/client-id.ts";
import { PacketMeter } from "../../../../host-server/gateway/mqtt/packet-meter.ts";
import { Reorder } from "../../../../host-server/gateway/mqtt/reorder.ts";
import { MqttCredentials, weaknessOfKey } from "../../../../host-server/ota/mqtt-credentials.ts";
import { VirtualClock } from "../../../../simulator/clock.ts";
import { mqttPacket } from "../../fakes/mqtt.ts";

test("a client id has a group, a MAC address, and a signed id in three parts", () => {
  assert.deepEqual(parseClientId("GID_esp box@@@11_22_33_44_55_aB@@@uuid"), {
    text: "GID_esp box@@@11_22_33_44_55_aB@@@uuid",
    group: "GID_esp box",
    topicName: "11_22_33_44_55_aB",
    deviceId: "11:22:33:44:55:aB",
    clientId: "uuid",
  });
  assert.equal(parseClientId("GID@@@11_22_33_44_55_66")?.clientId, undefined);
  for (const text of [
    "",
    "GID",
    "GID@@@",
    "GID@@@../../etc@@@x",
    "GID@@@+@@@x",
    "GID@@@11_22_33_44_55_66@@@a@@@b",
    "GID@@@11_22_33_44_55_66@@@",
    "GID@@@11_22_33_44_55_66@@@a\r\nb",
    "@@@11_22_33_44_55_66@@@a",
    "G\u0000@@@11_22_33_44_55_66@@@a",
  ]) {
    assert.equal(parseClientId(text), undefined, text);
  }
});

test("any text is a client id whose name fits a topic, or none", () => {
  const part = fc.oneof(fc.string(), fc.constant("11_22_33_44_55_66"));
  fc.assert(
    fc.property(fc.array(part, { maxLength: 4 }), (parts) => {
      const id = parseClientId(parts.join("@@@"));
      assert.ok(id === undefined || /^[0-9a-f_]{17}$/i.test(id.topicName));
    }),
  );
});

test("logins are those of the reference server", () => {
  const credentials = new MqttCredentials("AbcdefghKEY");
  const login = credentials.loginFor("11:22:33:44:55:66", "esp box");
  assert.deepEqual(login, {
    clientId: "GID_esp_box@@@11_22_33_44_55_66@@@11_22_33_44_55_66",
    username: "eyJpcCI6ICJ1bmtub3duIn0=",
    password: "fwTSa1cMOCtJ6fht3YAKWQc1t07c+WMsxZqCcAh9QNI=",
  });
  assert.equal(credentials.isGenuine(login), true);
  for (const wrong of [
    { ...login, clientId: "GID_esp_box@@@11_22_33_44_55_67@@@11_22_33_44_55_66" },
    { ...login, username: "" },
    { ...login, password: "" },
    { ...login, password: login.password.slice(1) },
  ]) {
    assert.equal(credentials.isGenuine(wrong), false);
  }
  assert.equal(new MqttCredentials("another").isGenuine(login), false);
});

test("keys that the reference gateway calls weak are", () => {
  assert.equal(weaknessOfKey("AbcdefghKEY"), undefined);
  for (const key of ["", "Abcdefg", "abcdefgh", "ABCDEFGH", "MyXiaoZhiKey", "aB1234567"]) assert.ok(weaknessOfKey(key));
});

test("the meter counts packets and lets none pass that is too long, wherever the stream is cut", () => {
  const packets = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 });
  const cuts = fc.array(fc.nat(2500), { maxLength: 12 });
  fc.assert(
    fc.property(packets, cuts, fc.integer({ min: 2, max: 320 }), (bodies, places, limit) => {
      const encoded = bodies.map((body) => mqttPacket(0x30, body));
      const bytes = Buffer.concat(encoded);
      const meter = new PacketMeter(limit);
      const ends = [...places.map((place) => Math.min(place, bytes.length)), bytes.length].sort((a, b) => a - b);
      let from = 0;
      let isGood = true;
      for (const end of ends) {
        isGood &&= meter.accept(bytes.subarray(from, end));
        from = end;
      }
      assert.equal(
        isGood,
        encoded.every(({ length }) => length <= limit),
      );
      if (isGood) assert.equal(meter.packets, bodies.length);
    }),
  );
});

test("a length of five digits is none", () => {
  assert.equal(new PacketMeter(1e9).accept(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0xff)), false);
});

test("packets come out in order, at most 60 ms late, whatever is lost, repeated or overtaken; numbers go round", async () => {
  const arrival = fc.record({ number: fc.nat(40), after: fc.nat(40) });
  await fc.assert(
    fc.asyncProperty(fc.array(arrival, { maxLength: 40 }), fc.boolean(), async (arrivals, wraps) => {
      const clock = new VirtualClock();
      const first = wraps ? 0xffff_fff0 : 1;
      const out: { number: number; waited: number }[] = [];
      const order = new Reorder<{ number: number; at: number }>(clock, ({ number, at }) => {
        out.push({ number, waited: clock.now() - at });
      });
      order.skipTo(first);
      for (const { number, after } of arrivals) {
        order.accept((first + number) >>> 0, { number, at: clock.now() });
        await clock.advance(after);
      }
      await clock.advance(100);
      const numbers = out.map(({ number }) => number);
      assert.deepEqual(
        numbers,
        [...new Set(numbers)].sort((a, b) => a - b),
      );
      assert.ok(out.every(({ waited }) => waited <= 60));
      assert.equal(out.length + order.lateCount, arrivals.length);
    }),
    { numRuns: 40 },
  );
});

test("without a gap nothing waits", () => {
  const out: number[] = [];
  const order = new Reorder<number>(new VirtualClock(), (number) => out.push(number));
  for (const number of [1, 2, 3, 5, 4, 6]) order.accept(number, number);
  assert.deepEqual(out, [1, 2, 3, 4, 5, 6]);
});
