import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { RealClock } from "../../simulator/clock.ts";
import { VirtualDevice } from "../../simulator/device.ts";
import { PortalNetwork } from "../../simulator/portal-network.ts";
import { connectToPort, type PseudoTerminal } from "../../simulator/pseudo-terminal.ts";
import { type ImprovClient, openImprovClient } from "./improv-client.ts";

const CAFE = 'Café "Zum 🦊" \\ <b>家</b>';
const HOME = { ssid: "Home", password: "correct horse", rssi: -48 };
const CROWD = Array.from({ length: 48 }, (_, index) => ({ ssid: `网络 ${index} 🛜`, rssi: -71 - (index % 20) }));

const [READY, PROVISIONED] = [2, 4];

let device: VirtualDevice;
let port: PseudoTerminal;
let client: ImprovClient;

before(async () => {
  device = new VirtualDevice({
    clock: new RealClock(),
    network: new PortalNetwork(0),
    board: "simulator-serial",
    config: { otaUrl: "http://127.0.0.1:9/" },
    air: [HOME, { ssid: CAFE, rssi: -70 }, ...CROWD],
  });
  port = connectToPort(device.hardware.serial);
  device.start();
  await device.reached("wifi_configuring");
  client = await openImprovClient(port.path);
});

after(async () => {
  await client?.close();
  device?.close();
  port?.close();
});

test("the official client finds the device over a pseudo-terminal and learns what it is", async () => {
  const { firmware, version, chipFamily, name } = await client.initialize(10_000);
  assert.equal(firmware, "XiaoZhi XS");
  assert.match(version, /^\d+\.\d+\.\d+$/);
  assert.equal(chipFamily, "simulator");
  assert.match(name, /^Xiaozhi-[0-9A-F]{4}$/);
  assert.equal(client.state, READY);
});

test("it lists fifty networks, with quotes, emoji and markup in their names", async () => {
  const networks = await client.scan();
  assert.equal(networks.length, 50);
  assert.deepEqual(
    networks.find(({ name }) => name === CAFE),
    { name: CAFE, rssi: -70, secured: false },
  );
  assert.deepEqual(
    networks.find(({ name }) => name === "Home"),
    { name: "Home", rssi: -48, secured: true },
  );
});

test("a wrong password is an error, and the device stays ready", async () => {
  await assert.rejects(client.provision("Home", "battery staple", 60_000), /UNABLE_TO_CONNECT/);
  await client.requestCurrentState();
  assert.equal(client.state, READY);
});

test("a network that vanishes meanwhile is an error", async () => {
  device.hardware.wifi.vanish("Home");
  await assert.rejects(client.provision("Home", HOME.password, 60_000), /UNABLE_TO_CONNECT/);
  device.hardware.wifi.appear(HOME);
});

test("a password that is too short is refused at once", async () => {
  await assert.rejects(client.provision("Home", "short", 60_000), /INVALID_RPC_PACKET/);
});

test("the right password brings the device into the network, and it says so", async () => {
  await client.provision("Home", HOME.password, 60_000);
  assert.equal(client.state, PROVISIONED);
  await device.reached("activating");
  assert.equal(device.hardware.wifi.joined, "Home");
  await client.requestCurrentState();
  assert.equal(client.state, PROVISIONED);
  assert.deepEqual((await client.requestNetworkState()).online, true);
});

test("another network, whose name is hard to write, takes its place", async () => {
  await client.provision(CAFE, "", 60_000);
  assert.equal(device.hardware.wifi.joined, CAFE);
  assert.equal(device.stats.crashes, 0);
});
