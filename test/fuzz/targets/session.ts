import { createEncoder } from "../../../host-server/audio/opus.ts";
import { createWorld } from "../../host-server/fakes/world.ts";
import { TO_SERVER_VECTORS } from "../../protocol/vectors/to-server.ts";
import { faultsIn } from "../faults.ts";
import { bytesOfText, expect, type FuzzTarget, packed, pieces, textOf } from "../target.ts";

const CONNECTIONS_OF_A_WORLD = 200;

function piece(value: object | string): Uint8Array {
  return bytesOfText(typeof value === "string" ? value : JSON.stringify(value));
}

const CALLED = { jsonrpc: "2.0", id: 2, result: { tools: [{ name: "self.a", description: "b", inputSchema: {} }] } };
const LISTEN = { type: "listen", state: "start", mode: "auto" };

/** What a device says in a session: messages, and packets of sound between them. */
export function session(): FuzzTarget {
  let world = createWorld();
  let count = 0;
  const encoder = createEncoder({ sampleRate: 16_000 });
  const sound = encoder.encode(new Int16Array(960).fill(900));
  const texts = TO_SERVER_VECTORS.map(({ text }) => piece(text));
  return {
    seeds: [
      ...texts.map((text) => packed(text)),
      packed(piece(LISTEN), sound, sound, piece({ type: "listen", state: "stop" })),
      packed(piece({ type: "mcp", payload: CALLED }), piece({ type: "listen", state: "detect", text: "你好" })),
      packed(
        piece({ type: "iot", descriptors: [{ name: "Lamp", properties: {}, methods: {} }] }),
        piece({ type: "abort" }),
      ),
    ],
    form: "pieces",
    run: async (input) => {
      if (++count % CONNECTIONS_OF_A_WORLD === 0) {
        await world.clock.run(world.server.stop());
        world = createWorld();
      }
      const { connect, clock, log } = world;
      log.length = 0;
      const device = await connect({ features: { mcp: true } });
      for (const part of pieces(input)) {
        // A text begins with a brace; the rest is sound.
        if (part[0] === 0x7b) device.send(textOf(part));
        else device.sendPacket(part);
      }
      await clock.advance(3_000);
      device.close();
      await clock.advance(10);
      const faults = faultsIn(log);
      expect(faults.length === 0, `nothing fails: ${JSON.stringify(faults)}`);
      return device.received
        .map(({ message }) => message?.["type"])
        .slice(0, 8)
        .join();
    },
    close: () => world.clock.run(world.server.stop()),
  };
}
