import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseEndpoint } from "../../modules/io/mqtt-address.ts";

test("an endpoint is a host with or without a port; without one it is that of MQTT over TLS", () => {
  assert.deepEqual(parseEndpoint("mqtt.example.org"), { host: "mqtt.example.org", port: 8883 });
  assert.deepEqual(parseEndpoint("10.0.0.7:1883"), { host: "10.0.0.7", port: 1883 });
});

test("what is no endpoint is named", () => {
  for (const endpoint of [
    "",
    ":1883",
    "host:",
    "host:0",
    "host:65536",
    "mqtt://host:1883",
    "[::1]:1883",
    "a b",
    "h:1:2",
  ]) {
    assert.throws(() => parseEndpoint(endpoint), {
      message: `expected an MQTT endpoint such as host:1883, got "${endpoint}"`,
    });
  }
});

test("any text is an endpoint with a port from 1 to 65535, or an Error", () => {
  const texts = fc.oneof(
    fc.string(),
    fc.tuple(fc.webAuthority(), fc.nat(99_999)).map((parts) => parts.join(":")),
  );
  fc.assert(
    fc.property(texts, (text) => {
      try {
        const { host, port } = parseEndpoint(text);
        assert.ok(host.length > 0 && port >= 1 && port <= 65_535);
      } catch (error) {
        assert.ok(error instanceof Error && error.message.includes(text));
      }
    }),
  );
});
