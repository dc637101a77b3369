import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { test } from "node:test";
import { VirtualClock } from "../../simulator/clock.ts";
import { MemoryStore } from "../../simulator/device/settings-store.ts";
import { type Firmware, loadFirmware } from "../../simulator/firmware.ts";
import { firmwareImage, IMAGE_URL, serveImages } from "./firmware-images.ts";
import { ScriptedServer } from "./scripted-server.ts";
import { createWorld } from "./world.ts";

const IMAGE = firmwareImage(40_000);
const PAGES = Math.ceil(IMAGE.length / 4096);

/** A build whose board ends the program as soon as it starts. */
const BROKEN_BOARD = {
  specifier: "board",
  path: "board.ts",
  source: `import Timer from "timer";
import { pinButton } from "modules/hardware/button";
export default Object.freeze({
  name: "simulator", chip: "simulator", speakerSampleRate: 24000, button: pinButton(0),
  parts: Object.freeze([Object.freeze({ pins: [], create() {
    Timer.set(() => { throw new Error("broken part"); }, 5);
    return [];
  } })]),
});`,
};

function build(version: string, isBroken = false): Firmware {
  const { otaUrl } = new ScriptedServer(new VirtualClock());
  return loadFirmware({ config: { otaUrl, version }, modules: isBroken ? [BROKEN_BOARD] : [] });
}

interface TrialOptions {
  readonly answer?: (response: ServerResponse) => void;
  /** What the image is once it runs. */
  readonly installed?: Firmware;
}

async function createTrialWorld({ answer, installed = build("9.0.0") }: TrialOptions = {}) {
  const store = new MemoryStore();
  const whole = (response: ServerResponse) => response.writeHead(200, { "content-length": IMAGE.length }).end(IMAGE);
  const world = await createWorld({ store, firmware: build("0.1.0"), firmwareOf: () => installed });
  const requests = await serveImages(world.network, answer ?? whole);
  const { body } = world.server.ota;
  const offer = { version: "9.0.0", url: IMAGE_URL };
  world.server.ota = { status: 200, body: JSON.stringify({ ...JSON.parse(body), firmware: offer }) };
  const { device, clock, server } = world;
  const versions = () =>
    server.otaRequests.map(({ body: { application } }) => (application as { version: string }).version);
  /** Lets the device install the image and start with it. */
  const upgrade = async () => {
    device.start();
    await clock.run(device.reached("upgrading"));
    await clock.run(device.reached("off"));
  };
  return { ...world, store, requests, versions, upgrade, slot: device.hardware.firmwareSlot };
}

test("new firmware runs on trial, and stays once a server has answered it", async () => {
  const { device, clock, upgrade, versions, slot } = await createTrialWorld();
  await upgrade();
  assert.equal(slot.trial, "pending");
  await clock.run(device.reached("idle"));
  assert.equal(slot.trial, "valid");
  device.restart();
  await clock.run(device.reached("idle"));
  assert.deepEqual(versions(), ["0.1.0", "9.0.0", "9.0.0"]);
});

test("firmware that reaches no server is replaced by the former one at the next restart", async () => {
  const { device, clock, network, upgrade, versions, slot } = await createTrialWorld();
  await upgrade();
  const connect = network.refuse("server.test", 8002);
  await clock.advance(30_000);
  assert.equal(slot.trial, "pending");
  connect();
  device.restart();
  await clock.run(device.reached("idle"));
  assert.equal(slot.trial, "aborted");
  assert.equal(versions().at(-1), "0.1.0");
});

test("firmware that crashes at its start is replaced by the former one, which does not install it again", async () => {
  const { device, clock, upgrade, versions, slot, requests } = await createTrialWorld({
    installed: build("9.0.0", true),
  });
  await upgrade();
  await clock.run(device.reached("idle"));
  assert.equal(slot.trial, "aborted");
  assert.deepEqual(versions(), ["0.1.0", "0.1.0"]);
  assert.equal(requests.length, 1);
  assert.equal(device.stats.crashes, 1);
});

for (let page = 0; page <= PAGES; page++) {
  test(`without power after page ${page} of ${PAGES}: the device starts with firmware that answers`, async () => {
    let isCut = false;
    const answer = (response: ServerResponse) => {
      response.writeHead(200, { "content-length": IMAGE.length });
      // The rest comes only after the power is back, and then to nobody.
      response.write(IMAGE.subarray(0, isCut ? IMAGE.length : page * 4096));
    };
    const { device, clock, versions, slot } = await createTrialWorld({ answer });
    device.start();
    await clock.run(device.reached("upgrading"));
    await clock.advance(5000);
    isCut = true;
    device.restart();
    await clock.run(device.reached("idle", "upgrading"));
    await clock.run(device.reached("idle"));
    assert.equal(device.stats.crashes, 0);
    assert.ok(versions().length >= 2);
    assert.ok(slot.trial === undefined || slot.trial === "valid");
  });
}

test("after ten starts that end at once the device starts safely, says so, and can be given new firmware", async () => {
  const { device, clock, lines, slot, versions } = await createTrialWorld();
  const store = device.hardware.store;
  store.set("boot", "bad_starts", { format: "int32", value: 10 });
  device.start();
  await clock.run(device.reached("upgrading"));
  assert.ok(lines.some((line) => line.startsWith("error safe mode")));
  assert.ok(lines.some((line) => line.includes("Safe mode: the device could not start")));
  await clock.run(device.reached("off"));
  await clock.run(device.reached("idle"));
  assert.equal(slot.trial, "valid");
  assert.equal(versions().at(-1), "9.0.0");
});

test("a device whose program always ends at once is in safe mode at its eleventh start, and lives", async () => {
  const world = await createWorld({ firmware: build("0.1.0", true) });
  const { device, clock, lines } = world;
  device.start();
  await clock.run(device.reached("idle"));
  assert.equal(device.stats.crashes, 10);
  assert.ok(lines.some((line) => line.startsWith("error safe mode badStarts=10")));
  const value = () => device.hardware.store.get("boot", "bad_starts")?.value;
  assert.equal(value(), 11);
  device.click();
  await clock.run(device.reached("off"));
  assert.equal(value(), 1, "the next start is a normal one, and the first that may be bad");
});

test("a device that lives for a minute has started well", async () => {
  const { device, clock, boot } = await createWorld();
  const value = () => device.hardware.store.get("boot", "bad_starts")?.value;
  await boot();
  assert.equal(value(), 1);
  await clock.advance(61_000);
  assert.equal(value(), 0);
});
