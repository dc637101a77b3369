import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { NodeProcess } from "../../../bench/nodes/node-process.ts";
import { DeviceStates } from "../../../cli/fleet/world/device-states.ts";
import { SPEECH_RATE, type SpokenPhrase, speakPhrases } from "../../../cli/fleet/world/spoken-phrases.ts";
import { OTA_PATH } from "../../../protocol/ota.ts";
import { RealClock } from "../../../simulator/clock.ts";
import { VirtualDevice } from "../../../simulator/device.ts";
import { type Firmware, loadFirmware } from "../../../simulator/firmware.ts";
import { HostNetwork } from "../../../simulator/host-network.ts";
import { type PostgresServer, postgresPrograms, startPostgres } from "../postgres-server.ts";
import { type NatsServer, natsProgram, startNats } from "./nats-server.ts";
import { MQTT, macsOf, NAMES } from "./three-nodes.ts";

const postgres = postgresPrograms();
const nats = natsProgram();
const missing = [...(postgres ? [] : ["PostgreSQL"]), ...(nats ? [] : ["nats-server"])].join(" and ");
const VICTIM = "b";
const COUNT = 3;
/** ms after which somebody who was told that there is no server presses the button again. */
const ANNOYED_MS = 500;
const LONG_MS = 30_000;

const clock = new RealClock();
const network = new HostNetwork();

/** A device with the real firmware, and somebody who wants an answer. */
class Talker {
  readonly #states = new DeviceStates(clock);
  readonly #device: VirtualDevice;
  readonly #phrase: SpokenPhrase;

  constructor(mac: string, firmware: Firmware, phrase: SpokenPhrase) {
    this.#phrase = phrase;
    this.#device = new VirtualDevice({ clock, network, firmware, mac, onState: (state) => this.#states.enter(state) });
  }

  start(): void {
    this.#device.start();
  }

  close(): void {
    this.#device.close();
  }

  get crashes(): number {
    return this.#device.stats.crashes;
  }

  async reaches(state: string): Promise<void> {
    assert.equal(await this.#states.reached([state], LONG_MS), state);
  }

  /** Presses the button until the device listens. */
  async callUp(): Promise<void> {
    for (;;) {
      await this.reaches("idle");
      this.#device.click();
      await this.reaches("connecting");
      if ((await this.#states.reached(["listening", "idle"], LONG_MS)) === "listening") return;
      await new Promise((resolve) => setTimeout(resolve, ANNOYED_MS));
    }
  }

  /** Speaks; resolves when the answer begins. */
  async ask(): Promise<void> {
    void this.#device.microphone.say(this.#phrase.pcm, SPEECH_RATE);
    await this.reaches("speaking");
    this.#device.microphone.hush();
  }
}

describe("the real firmware at three nodes, one of which is killed", {
  skip: missing === "" ? false : `${missing} not installed`,
  timeout: 240_000,
}, () => {
  let database: PostgresServer;
  let bus: NatsServer;
  let phrase: SpokenPhrase;

  before(async () => {
    database = startPostgres(postgres as string);
    bus = await startNats(nats as string);
    [phrase] = (await speakPhrases([{ words: "what time is it" }])) as [SpokenPhrase];
  });
  after(async () => {
    await bus?.kill();
    database?.stop();
  });

  for (const [transport, env] of [
    ["WebSocket", {}],
    ["MQTT and UDP", MQTT],
  ] as const) {
    test(`${transport}: in the middle of an answer; its devices talk to another node after another press or two`, async (t) => {
      const shared = { database: database.newDatabase(), nats: bus.url, env };
      const nodes = await Promise.all(NAMES.map((name) => NodeProcess.start(name, shared)));
      const [door, victim] = nodes as [NodeProcess, NodeProcess];
      const firmware = loadFirmware({ config: { otaUrl: door.http + OTA_PATH } });
      const talkers = macsOf(VICTIM, "websocket", COUNT).map((mac) => new Talker(mac, firmware, phrase));
      t.after(async () => {
        for (const talker of talkers) talker.close();
        await Promise.all(nodes.map((node) => node.end("SIGKILL")));
      });
      for (const talker of talkers) talker.start();
      await Promise.all(talkers.map((talker) => talker.callUp()));
      assert.equal(await devicesAt(victim), COUNT);
      await Promise.all(talkers.map((talker) => talker.ask()));
      const killedAt = clock.now();
      await victim.end("SIGKILL");
      const listenAfter = talkers.map(async (talker) => {
        await talker.callUp();
        return Math.round(clock.now() - killedAt);
      });
      t.diagnostic(`listening to another node after ${(await Promise.all(listenAfter)).join(", ")} ms`);
      await Promise.all(talkers.map((talker) => talker.ask()));
      t.diagnostic(`answered by it after ${Math.round(clock.now() - killedAt)} ms, with what was said`);
      assert.deepEqual(
        talkers.map(({ crashes }) => crashes),
        talkers.map(() => 0),
      );
    });
  }
});

/** Devices in a conversation at a node, as it says itself. */
async function devicesAt({ http }: NodeProcess): Promise<number> {
  const text = await (await fetch(`${http}/metrics`)).text();
  return Number(/^xiaozhi_sessions (\d+)$/m.exec(text)?.[1]);
}
