import assert from "node:assert/strict";
import { test } from "node:test";
import { MQTT_SECTION } from "./mqtt-udp-server.ts";
import { createMqttWorld, offer } from "./mqtt-world.ts";
import { createWorld } from "./world.ts";

test("a login that is refused again and again: the version check gives another", async () => {
  const { clock, server, web, boot } = await createMqttWorld();
  server.mqtt.returnCode = 4;
  await boot();
  web.ota = offer({ ...MQTT_SECTION, password: "renewed" });
  assert.equal(web.otaRequests.length, 1);
  await clock.advance(120_000);
  assert.equal(web.otaRequests.length, 2);
  assert.equal(server.mqtt.logins.at(-1)?.texts.at(-1), "renewed");
  server.mqtt.returnCode = 0;
  await clock.advance(10_000);
  const logins = server.mqtt.logins.length;
  await clock.advance(3_600_000);
  assert.equal(server.mqtt.logins.length, logins);
  assert.equal(web.otaRequests.length, 2);
});

test("an MQTT server that goes away while somebody talks: the first login in vain asks for another", async () => {
  const { clock, network, server, web, boot, listen } = await createMqttWorld();
  await boot();
  await listen();
  const allow = network.refuse("mqtt.test", 1883);
  network.cut();
  await clock.advance(2_500);
  assert.equal(web.otaRequests.length, 2);
  web.ota = offer({ ...MQTT_SECTION, password: "of another node" });
  await clock.advance(120_000);
  assert.ok(web.otaRequests.length <= 4, `${web.otaRequests.length} version checks in two minutes`);
  allow();
  await clock.advance(120_000);
  assert.equal(server.mqtt.logins.at(-1)?.texts.at(-1), "of another node");
});

test("an MQTT server that goes away from a device at rest: a click in vain asks for another, nobody else soon", async () => {
  const { clock, network, device, web, boot } = await createMqttWorld();
  await boot();
  network.refuse("mqtt.test", 1883);
  network.cut();
  await clock.advance(10_000);
  assert.equal(web.otaRequests.length, 1);
  device.click();
  await clock.run(device.reached("connecting"));
  await clock.run(device.reached("idle"));
  await clock.advance(500);
  assert.equal(web.otaRequests.length, 2);
});

test("a server that has moved: the click in vain asks where it is, and the next one reaches it", async () => {
  const { clock, server, device, boot, listen, lines } = await createWorld();
  server.offer({ url: "ws://former.test:8000/xiaozhi/v1/" });
  await boot();
  server.offer({});
  device.click();
  await clock.run(device.reached("connecting"));
  await clock.run(device.reached("idle"));
  assert.ok(lines.some((line) => line.startsWith("warn alert")));
  await clock.advance(1000);
  assert.equal(server.otaRequests.length, 2);
  await listen();
});

test("clicks in vain do not flood the version check", async () => {
  const { clock, server, device, boot } = await createWorld();
  server.offer({ url: "ws://former.test:8000/xiaozhi/v1/" });
  await boot();
  for (let click = 0; click < 10; click++) {
    device.click();
    await clock.run(device.reached("connecting"));
    await clock.run(device.reached("idle"));
    await clock.advance(1000);
  }
  assert.equal(server.otaRequests.length, 2);
});
