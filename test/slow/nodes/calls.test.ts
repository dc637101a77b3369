import assert from "node:assert/strict";
import { test } from "node:test";
import { NodeProcess } from "../../../bench/nodes/node-process.ts";
import { SPEECH_RATE, type SpokenPhrase, speakPhrases } from "../../../cli/fleet/world/spoken-phrases.ts";
import { systemClock } from "../../../host-server/clock.ts";
import { ManagerClient } from "../../../host-server/gateway/manager-client.ts";
import { OTA_PATH } from "../../../protocol/ota.ts";
import { firstAudible, lastAudible } from "../../../simulator/audio/level.ts";
import { RealClock } from "../../../simulator/clock.ts";
import { VirtualDevice } from "../../../simulator/device.ts";
import { loadFirmware } from "../../../simulator/firmware.ts";
import { HostNetwork } from "../../../simulator/host-network.ts";
import { freePort } from "../../free-port.ts";
import { postgresPrograms, startPostgres } from "../postgres-server.ts";
import { natsProgram, startNats } from "./nats-server.ts";
import { MQTT, macsOf, NAMES } from "./three-nodes.ts";

const postgres = postgresPrograms();
const nats = natsProgram();
const missing = [...(postgres ? [] : ["PostgreSQL"]), ...(nats ? [] : ["nats-server"])].join(" and ");
const SECRET = MQTT.XIAOZHI_SERVER_MQTT_SIGNATURE_KEY;
/** ms that a device has for what it does by itself. */
const SOON_MS = 20_000;

const clock = new RealClock();
const network = new HostNetwork();

async function startNode(name: string, shared: { database: string; nats: string }) {
  const api = await freePort();
  const env = { ...MQTT, XIAOZHI_GATEWAY_API_PORT: String(api) };
  const node = await NodeProcess.start(name, { ...shared, env });
  return { node, manager: new ManagerClient({ address: `127.0.0.1:${api}`, secret: SECRET, clock: systemClock }) };
}

/** ms of sound from the first to the last that can be heard. */
function audibleMs(pcm: Int16Array, rate: number): number {
  return ((lastAudible(pcm) - firstAudible(pcm)) * 1000) / rate;
}

/** Resolves when the device is in a state; fails when it is not soon. */
async function reaches(device: VirtualDevice, state: string): Promise<void> {
  const late = Promise.withResolvers<never>();
  const cancel = clock.schedule(SOON_MS, () =>
    late.reject(new Error(`${device.mac} is ${device.state}, not ${state}`)),
  );
  await Promise.race([device.reached(state), late.promise]).finally(cancel);
}

test("the real firmware: a device of one node calls one of another, and what is spoken here is heard there", {
  skip: missing === "" ? false : `${missing} not installed`,
  timeout: 120_000,
}, async (t) => {
  const database = startPostgres(postgres as string);
  t.after(() => database.stop());
  const bus = await startNats(nats as string);
  t.after(() => bus.kill());
  const shared = { database: database.newDatabase(), nats: bus.url };
  const nodes = await Promise.all(NAMES.map((name) => startNode(name, shared)));
  t.after(() => Promise.all(nodes.map(({ node }) => node.end("SIGKILL"))));
  const [, , elsewhere] = nodes as [(typeof nodes)[0], (typeof nodes)[0], (typeof nodes)[0]];
  const firmware = loadFirmware({ config: { otaUrl: elsewhere.node.http + OTA_PATH } });
  const [ann, bob] = ["a", "b"].map(
    (name) => new VirtualDevice({ clock, network, firmware, mac: macsOf(name, "mqtt", 1)[0] as string }),
  ) as [VirtualDevice, VirtualDevice];
  t.after(() => [ann, bob].map((device) => device.close()));
  for (const device of [ann, bob]) device.start();
  await Promise.all([ann, bob].map((device) => reaches(device, "idle")));
  ann.click();
  await reaches(ann, "listening");
  // A node that has neither of them is asked, as a console would.
  const call = { callerMac: ann.mac.toLowerCase(), targetMac: bob.mac.toLowerCase(), callerNickname: "Ann" };
  for (let state = ""; state !== "pending"; ) ({ status: state } = await elsewhere.manager.call(call));
  await reaches(bob, "listening");
  const back = { callerMac: call.targetMac, targetMac: call.callerMac, callerNickname: "Bob" };
  assert.deepEqual(await elsewhere.manager.call(back), { status: "bridged" });
  await Promise.all([ann, bob].map((device) => reaches(device, "speaking")));
  const [phrase] = (await speakPhrases([{ words: "dinner will be ready in ten minutes" }])) as [SpokenPhrase];
  const spokenMs = audibleMs(phrase.pcm, SPEECH_RATE);
  for (const [speaks, hears] of [
    [ann, bob],
    [bob, ann],
  ] as const) {
    hears.speaker.clear();
    hears.speaker.record();
    const from = clock.now();
    await speaks.microphone.say(phrase.pcm, SPEECH_RATE);
    await new Promise((resolve) => clock.schedule(1_500, () => resolve(undefined)));
    const heardMs = audibleMs(hears.speaker.recording(), hears.speaker.sampleRate);
    const afterMs = Math.round((hears.speaker.firstAudibleAt ?? Number.NaN) - from);
    t.diagnostic(`${Math.round(spokenMs)} ms of speech: heard after ${afterMs} ms, for ${Math.round(heardMs)} ms`);
    assert.ok(Math.abs(heardMs - spokenMs) < spokenMs / 4, `heard for ${heardMs} of ${spokenMs} ms`);
  }
  bob.click();
  await Promise.all([ann, bob].map((device) => reaches(device, "idle")));
  assert.deepEqual(
    [ann, bob].map(({ stats }) => stats.crashes),
    [0, 0],
  );
});
