import assert from "node:assert/strict";
import type { Duplex } from "node:stream";
import { test } from "node:test";
import type { WebSocket } from "ws";
import { frameFromServer } from "../../../../host-server/gateway/server-frame.ts";
import { VirtualClock } from "../../../../simulator/clock.ts";
import { scriptedServer } from "../../fakes/chat-server.ts";
import { connect, createGateway, SUFFIX } from "../../fakes/gateway-alone.ts";
import { connectedPair } from "../../fakes/http.ts";
import { FakeAudioSocket, type FakeMqttDevice } from "../../fakes/mqtt.ts";

const FRAMES = 100;
const HELLO = JSON.stringify({ type: "hello", session_id: "s1" });

type World = Awaited<ReturnType<typeof createUpstreamWorld>>;

/** A gateway alone; where the next session goes is what `route` is set to. */
async function createUpstreamWorld() {
  const clock = new VirtualClock();
  const world = { clock, route: undefined as (() => Duplex) | undefined };
  const gateway = createGateway(clock, [`ws://a.test${SUFFIX}`], () => {
    if (!world.route) throw new Error("no server");
    return world.route();
  });
  const victim = async (number: number) => connect(gateway, clock, `aa:aa:aa:aa:aa:${(0x10 + number).toString(16)}`);
  return Object.assign(world, { gateway, victim });
}

/** When each frame of a good server reaches its device, whatever happens to others meanwhile. */
async function listen(disturb: (world: World) => Promise<() => void>) {
  const world = await createUpstreamWorld();
  const { clock, gateway } = world;
  let chat: WebSocket | undefined;
  const good = scriptedServer((socket) => {
    chat = socket;
    socket.send(HELLO);
  });
  world.route = good.dial;
  const device = await connect(gateway, clock);
  device.hello();
  await clock.advance(20);
  const audio = new FakeAudioSocket(gateway, device.of("hello")[0] ?? {});
  audio.send(Uint8Array.of(0x58));
  await clock.advance(100 - (clock.now() % 100));
  const startedAt = clock.now();
  const arrivals: string[] = [];
  const take = audio.received.push.bind(audio.received);
  audio.received.push = (...frames) => {
    for (const { sequence } of frames) arrivals.push(`${sequence} at ${clock.now() - startedAt}`);
    return take(...frames);
  };
  for (let count = 0; count < FRAMES; count++) {
    const frame = frameFromServer({ audio: Uint8Array.of(0x58, count), timestamp: 60 * count }, count);
    clock.schedule(60 * count, () => chat?.send(frame));
  }
  const check = await disturb(world);
  await clock.advance(60 * FRAMES + 10_000);
  check();
  assert.deepEqual([device.isClosed, device.of("goodbye").length], [false, 0]);
  await clock.run(gateway.stop());
  return arrivals;
}

const VICTIMS = 20;

const UPSTREAMS: readonly [what: string, route: () => () => Duplex][] = [
  ["mute", () => scriptedServer(() => {}).dial],
  [
    "dead",
    () => () => {
      const [ours, theirs] = connectedPair();
      theirs.destroy();
      return ours;
    },
  ],
  ["no WebSocket", () => () => connectedPair()[0]],
  [
    "gone after its hello",
    () => {
      return scriptedServer((socket) => {
        socket.send(HELLO);
        socket.terminate();
      }).dial;
    },
  ],
  [
    "talking nonsense",
    () => {
      return scriptedServer((socket) => {
        socket.send(HELLO);
        for (let count = 0; count < 200; count++) {
          socket.send(Buffer.alloc(count % 40, count));
          socket.send('{"type":"mcp"}');
          socket.send("[");
        }
      }).dial;
    },
  ],
];

for (const [what, route] of UPSTREAMS) {
  test(`the server of ${VICTIMS} other devices is ${what}: no frame of a device with a good one is late`, async () => {
    const quiet = await listen(async () => () => {});
    assert.deepEqual(
      quiet,
      Array.from({ length: FRAMES }, (_, at) => `${at + 1} at ${60 * at}`),
    );
    const stormy = await listen(async (world) => {
      const { clock, victim } = world;
      world.route = route();
      const victims: FakeMqttDevice[] = [];
      for (let number = 0; number < VICTIMS; number++) {
        const device = await victim(number);
        victims.push(device);
        device.hello();
        await clock.advance(20);
      }
      return () => {
        for (const { messages, isClosed } of victims) {
          assert.equal(isClosed, false);
          const isTold = messages.some(({ type }) => type === "goodbye");
          assert.equal(isTold, what !== "talking nonsense", "told that its session is over, with MQTT up");
        }
      };
    });
    assert.deepEqual(stormy, quiet);
  });
}
