import assert from "node:assert/strict";
import { test } from "node:test";
import { nameBytes, recordBytes, responseBytes, srvBytes } from "../dns-bytes.ts";
import { createAirWorld, HOME } from "./phone.ts";

const CAFE = { ssid: 'Café "Zum 🦊" \\ <b>家</b>', rssi: -70 };

/** A device without a network, whose page is open and has looked around. */
async function createPortal(air = [HOME, CAFE], saved: Parameters<typeof createAirWorld>[1] = []) {
  const world = await createAirWorld(air, saved);
  await world.start("wifi_configuring");
  await world.clock.advance(3000);
  return world;
}

test("a device that knows no network opens one of its own, and says where its page is", async () => {
  const { device, wifi, lines, states } = await createPortal();
  const [, , , , high, low] = device.mac.split(":");
  assert.equal(wifi.hotspot, `Xiaozhi-${high}${low}`.toUpperCase().replace("XIAOZHI", "Xiaozhi"));
  assert.deepEqual(states, ["starting", "wifi_configuring"]);
  assert.ok(lines.some((line) => line.includes(`Hotspot: ${wifi.hotspot} Config URL: http://192.168.4.1`)));
});

test("the page is whole, needs nothing from elsewhere, and has both languages", async () => {
  const { phone } = await createPortal();
  const { status, headers, text } = await phone.ask("/?lang=zh-CN");
  assert.equal(status, 200);
  assert.equal(headers["content-type"], "text/html; charset=utf-8");
  assert.ok(text.trimEnd().endsWith("</html>"));
  assert.ok(Buffer.byteLength(text) <= 16 * 1024);
  assert.doesNotMatch(text, /(?:src|href)=|@import|url\(/);
  assert.match(text, /Networks nearby/);
  assert.match(text, /附近的网络/);
});

test("the networks around are listed, strongest first, whatever their names are", async () => {
  const { phone } = await createPortal([CAFE, HOME, { ssid: "secret", isHidden: true }, { ...HOME, rssi: -80 }]);
  assert.deepEqual(await phone.json("/scan"), {
    support_5g: false,
    aps: [
      { ssid: "Home", rssi: -48, authmode: 3 },
      { ssid: CAFE.ssid, rssi: -70, authmode: 0 },
    ],
  });
});

test("fifty networks fit", async () => {
  const air = Array.from({ length: 50 }, (_, index) => ({ ssid: `网络 ${index} 🛜`, rssi: -40 - index }));
  const { phone, device } = await createPortal(air);
  const { aps } = await phone.json<{ aps: { ssid: string }[] }>("/scan");
  assert.deepEqual(
    aps.map(({ ssid }) => ssid),
    air.map(({ ssid }) => ssid),
  );
  assert.equal(device.stats.crashes, 0);
});

test("the right password is tried, saved, and used once the user is done", async () => {
  const { phone, device, clock, savedNames, store, states, wifi, server } = await createPortal();
  assert.deepEqual(await phone.json("/submit", { ssid: "Home", password: "correct horse" }), { success: true });
  assert.deepEqual(savedNames(), ["Home"]);
  assert.equal(store.get("wifi", "password")?.value, "correct horse");
  assert.equal(device.state, "wifi_configuring");
  assert.deepEqual(await phone.json("/exit", {}), { success: true });
  await clock.run(device.reached("idle"));
  assert.deepEqual(states, ["starting", "wifi_configuring", "activating", "idle"]);
  assert.equal(wifi.hotspot, undefined);
  assert.equal(wifi.joined, "Home");
  assert.equal(server.otaRequests.length, 1);
});

test("a name with quotes, emoji and markup is joined and kept as it is", async () => {
  const { phone, savedNames, wifi } = await createPortal();
  assert.deepEqual(await phone.json("/submit", { ssid: CAFE.ssid }), { success: true });
  assert.deepEqual(savedNames(), [CAFE.ssid]);
  assert.deepEqual(await phone.json("/saved/list"), [CAFE.ssid]);
  assert.equal(wifi.joined, CAFE.ssid);
});

test("a hidden network is joined by its name", async () => {
  const { phone, savedNames } = await createPortal([{ ssid: "secret", password: "12345678", isHidden: true }]);
  assert.deepEqual(await phone.json("/submit", { ssid: "secret", password: "12345678" }), { success: true });
  assert.deepEqual(savedNames(), ["secret"]);
});

for (const [what, network, code] of [
  ["a wrong password", { ssid: "Home", password: "battery staple" }, "wrong-password"],
  ["a network that is not there", { ssid: "Nowhere", password: "12345678" }, "failed"],
  ["a password that is too short", { ssid: "Home", password: "short" }, "password-invalid"],
  ["a name that is too long", { ssid: "家".repeat(11) }, "ssid-invalid"],
  ["no name", { ssid: "" }, "ssid-invalid"],
] as const) {
  test(`${what} is named, and nothing is saved`, async () => {
    const { phone, savedNames } = await createPortal();
    const answer = await phone.json("/submit", network);
    assert.equal(answer["success"], false);
    assert.equal(answer["code"], code);
    assert.equal(typeof answer["error"], "string");
    assert.deepEqual(savedNames(), []);
  });
}

test("saved networks are preferred and forgotten by their place", async () => {
  const { phone, savedNames } = await createPortal([], [HOME, CAFE, { ssid: "Office" }]);
  assert.equal((await phone.ask("/saved/set_default?index=2")).text, "{}");
  assert.deepEqual(savedNames(), ["Office", "Home", CAFE.ssid]);
  assert.equal((await phone.ask("/saved/delete?index=1")).text, "{}");
  assert.deepEqual(savedNames(), ["Office", CAFE.ssid]);
  for (const path of ["/saved/delete?index=2", "/saved/delete", "/saved/set_default?index=-1"]) {
    assert.equal((await phone.ask(path)).status, 400);
  }
});

test("of eleven networks the last is forgotten", async () => {
  const saved = Array.from({ length: 10 }, (_, index) => ({ ssid: `net ${index}` }));
  const { phone, savedNames } = await createPortal([HOME], saved);
  await phone.json("/submit", { ssid: HOME.ssid, password: HOME.password });
  assert.deepEqual(savedNames(), ["Home", ...saved.slice(0, 9).map(({ ssid }) => ssid)]);
});

test("the advanced settings are told and kept; one that is wrong changes none", async () => {
  const { phone, store } = await createPortal();
  const defaults = { remember_bssid: false, sleep_mode: true, show_ota_config: true, show_sleep_config: true };
  assert.deepEqual(await phone.json("/advanced/config"), defaults);
  const chosen = {
    ota_url: "http://10.0.0.9:8002/xiaozhi/ota/",
    max_tx_power: 60,
    remember_bssid: true,
    sleep_mode: 0,
  };
  assert.deepEqual(await phone.json("/advanced/submit", chosen), { success: true });
  assert.deepEqual(await phone.json("/advanced/config"), { ...defaults, ...chosen, sleep_mode: false });
  for (const wrong of [{ ota_url: "ftp://a" }, { ota_url: 7 }, { max_tx_power: 90 }, { max_tx_power: 1.5 }]) {
    const answer = await phone.json("/advanced/submit", { sleep_mode: true, ...wrong });
    assert.equal(answer["success"], false, JSON.stringify(wrong));
  }
  assert.equal(store.get("wifi", "sleep_mode")?.value, 0);
});

test("phones that look whether they are online are led to the page, in their language", async () => {
  const { phone } = await createPortal();
  for (const path of ["/generate_204", "/generate_204_abc", "/hotspot-detect.html", "/ncsi.txt", "/fwlink/?x=1"]) {
    const { status, headers } = await phone.ask(path, undefined, { "Accept-Language": "zh-CN,zh;q=0.9" });
    assert.equal(status, 302);
    assert.match(String(headers["location"]), /^http:\/\/192\.168\.4\.1\/\?lang=zh-CN&_=\d+$/);
  }
  const other = await phone.ask("/", undefined, { Host: "captive.apple.com" });
  assert.match(String(other.headers["location"]), /lang=en-US/);
});

test("what is no call of the page is refused, and the device goes on", async () => {
  const { phone, device, network, clock } = await createPortal();
  assert.equal((await phone.ask("/nothing")).status, 404);
  assert.equal((await phone.ask("/nothing", {})).status, 404);
  assert.equal((await phone.ask("/submit", "no json")).status, 400);
  assert.equal((await phone.ask("/submit", "[1]")).status, 400);
  assert.equal((await phone.ask("/submit", { ssid: 5 })).status, 400);
  assert.equal((await phone.ask("/submit", { ssid: "x".repeat(2000) })).status, 413);
  for (const text of ["nonsense\r\n\r\n", "GET /\r\n\r\n", "\0".repeat(9000), "POST / HTTP/1.1\r\nno colon\r\n\r\n"]) {
    const stream = network.connect({ host: "192.168.4.1", port: 80 });
    stream.on("error", () => {});
    stream.once("connect", () => stream.write(text));
    await clock.advance(1000);
    stream.destroy();
  }
  assert.equal((await phone.ask("/saved/list")).text, "[]");
  assert.equal(device.stats.crashes, 0);
});

test("callers who say nothing do not keep others away for ever", async () => {
  const { phone, network, clock } = await createPortal();
  const silent = Array.from({ length: 8 }, () => network.connect({ host: "192.168.4.1", port: 80 }));
  for (const stream of silent) stream.on("error", () => {});
  await clock.advance(61_000);
  assert.equal((await phone.ask("/saved/list")).status, 200);
  for (const stream of silent) stream.destroy();
});

test("every name is answered with the device's own address", async () => {
  const { network, clock } = await createPortal();
  const answers: Uint8Array[] = [];
  const socket = await network.bind("192.168.4.2", 4000, ({ data }) => answers.push(data));
  const name = Buffer.from("\x07captive\x05apple\x03com\0", "latin1");
  const question = (type: number) =>
    Buffer.concat([Buffer.from([0xab, 0xcd, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]), name, Buffer.from([0, type, 0, 1])]);
  for (const data of [question(1), question(28), Buffer.from("?"), question(1).subarray(0, 20)]) {
    socket.send(data, { address: "10.0.0.2", port: 53 });
    await clock.advance(50);
  }
  assert.equal(answers.length, 2);
  const [address, none] = answers.map((answer) => Buffer.from(answer));
  assert.equal(address?.readUInt16BE(0), 0xabcd);
  assert.equal(address?.readUInt16BE(6), 1);
  assert.deepEqual([...(address?.subarray(-4) ?? [])], [192, 168, 4, 1]);
  assert.equal(none?.readUInt16BE(6), 0);
});

test("a server that announces itself in the joined network is offered on the page", async () => {
  const { phone, network, clock } = await createPortal();
  const [service, instance] = [nameBytes("_xiaozhi._tcp.local"), nameBytes("home._xiaozhi._tcp.local")];
  const records = [
    recordBytes(service, "PTR", instance),
    recordBytes(instance, "SRV", srvBytes(8002, nameBytes("home.local"))),
  ];
  const responder = await network.bind("10.0.0.7", 5353, (asked) => responder.send(responseBytes(records), asked));
  await phone.json("/submit", { ssid: HOME.ssid, password: HOME.password });
  await clock.advance(500);
  const config = await phone.json("/advanced/config");
  assert.equal(config["found_server"], "http://10.0.0.7:8002/xiaozhi/ota/");
});
