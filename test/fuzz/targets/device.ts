import { toneFrames } from "../../firmware/scripted-server.ts";
import { createWorld } from "../../firmware/world.ts";
import { TO_DEVICE_VECTORS } from "../../protocol/vectors/to-device.ts";
import { bytesOfText, expect, type FuzzTarget, packed, pieces, textOf } from "../target.ts";

const INPUTS_OF_A_DEVICE = 40;

function piece(value: object): Uint8Array {
  return bytesOfText(JSON.stringify({ session_id: "s1", ...value }));
}

const CALL = {
  jsonrpc: "2.0",
  id: 3,
  method: "tools/call",
  params: { name: "self.audio_speaker.set_volume", arguments: { volume: 5 } },
};
const OPEN = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { capabilities: { vision: { url: "u", token: "t" } } },
};

/** What a server says to a device in a conversation: the whole firmware on its engine reads it. */
export function device(): FuzzTarget {
  const frames = toneFrames(120);
  const open = async () => {
    const world = await createWorld();
    await world.boot();
    await world.listen();
    return world;
  };
  let world: Awaited<ReturnType<typeof open>> | undefined;
  let count = 0;
  return {
    seeds: [
      ...TO_DEVICE_VECTORS.map(({ text }) => packed(bytesOfText(text))),
      packed(piece({ type: "tts", state: "start" }), ...frames, piece({ type: "tts", state: "stop" })),
      packed(...[OPEN, CALL].map((payload) => piece({ type: "mcp", payload }))),
    ],
    form: "pieces",
    run: async (input) => {
      if (!world || ++count % INPUTS_OF_A_DEVICE === 0 || world.server.openSockets === 0) {
        world?.device.close();
        world = await open();
      }
      const { server, clock, device, lines } = world;
      lines.length = 0;
      for (const part of pieces(input)) {
        if (server.openSockets === 0) break;
        if (part[0] === 0x7b) server.sendText(textOf(part));
        else server.sendBinary(part);
        await clock.advance(20);
      }
      await clock.advance(500);
      expect(device.stats.crashes === 0, `the device lives on: ${lines.slice(-4).join("; ")}`);
      return `${device.state} ${lines.map((line) => line.slice(0, 24)).slice(0, 2)}`;
    },
    close: () => world?.device.close(),
  };
}
