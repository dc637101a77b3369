import { mqttPacket, text } from "../../host-server/fakes/mqtt.ts";
import { createMqttWorld } from "../../host-server/fakes/mqtt-world.ts";
import { TO_SERVER_VECTORS } from "../../protocol/vectors/to-server.ts";
import { faultsIn } from "../faults.ts";
import { bytesOfText, expect, type FuzzTarget, packed, pieces, textOf } from "../target.ts";

const INPUTS_OF_A_WORLD = 200;
const CONNECT = mqttPacket(
  0x10,
  text("MQTT"),
  Uint8Array.of(4, 0xc2, 0, 60),
  text("GID_a@@@11_22_33_44_55_66@@@b"),
  text("u"),
  text("p"),
);
const HELLO = JSON.stringify({ type: "hello", version: 3, transport: "udp", audio_params: { format: "opus" } });

function publish(message: string, first = 0x30): Buffer {
  return mqttPacket(first, text("device-server"), Buffer.from(message));
}

/** What is sent of a piece: a message as one, whatever became of its length; anything else as it is. */
function sent(part: Uint8Array): Uint8Array {
  return part[0] === 0x7b ? publish(textOf(part)) : part;
}

/** Bytes and messages to the broker, before and after a login, and datagrams to the port of the audio. */
export function mqtt(): FuzzTarget {
  let world = createMqttWorld();
  let count = 0;
  return {
    seeds: [
      packed(CONNECT, mqttPacket(0xc0)),
      packed(publish(HELLO), mqttPacket(0x82, Uint8Array.of(0, 1), text("a/#"), Uint8Array.of(1))),
      packed(publish('{"type":"goodbye","session_id":"x"}', 0x32), mqttPacket(0x62, Uint8Array.of(0, 1))),
      packed(Uint8Array.from([1, 0, 0, 4, ...new Array(12).fill(0), 1, 2, 3, 4])),
      packed(Uint8Array.from(Buffer.from("ping:abc:1"))),
      ...TO_SERVER_VECTORS.map(({ text }) => packed(bytesOfText(text))),
      packed(...[HELLO, '{"type":"goodbye","session_id":"x"}', '{"type":"speak_ready"}'].map(bytesOfText)),
    ],
    form: "pieces",
    run: async (input) => {
      if (++count % INPUTS_OF_A_WORLD === 0) {
        await world.stop();
        world = createMqttWorld();
      }
      const { dial, converse, clock, log } = world;
      log.length = 0;
      const stranger = dial();
      const { device, audio } = await converse();
      for (const part of pieces(input)) {
        if (!stranger.isClosed) stranger.stream.write(sent(part));
        if (!device.isClosed) device.stream.write(sent(part));
        audio.sendRaw(part);
        await clock.advance(5);
      }
      await clock.advance(500);
      const faults = faultsIn(log);
      expect(faults.length === 0, `nothing fails: ${JSON.stringify(faults)}`);
      const word = `${stranger.connack} ${stranger.isClosed} ${device.isClosed} ${device.firstBytes.slice(2, 6)}`;
      stranger.stream.destroy();
      device.stream.destroy();
      await clock.advance(50);
      return word;
    },
    close: () => world.stop(),
  };
}
