import { createHash } from "node:crypto";
import { fetchFrom } from "./http.ts";
import { FakeAudioSocket, type FakeMqttDevice } from "./mqtt.ts";
import type { createMqttWorld } from "./mqtt-world.ts";

/** A device in a session, its audio and the session's id. */
export interface Party {
  readonly device: FakeMqttDevice;
  readonly audio: FakeAudioSocket;
  readonly id: unknown;
}

/** How calls are asked for at a server's gateway. */
export function callsOf({ clock, server }: Pick<ReturnType<typeof createMqttWorld>, "clock" | "server">) {
  const ask = async (path: string, body: object) => {
    const key = createHash("sha256")
      .update(`${new Date(clock.now()).toISOString().slice(0, 10)}AbcdefghKEY`)
      .digest("hex");
    const headers = { authorization: `Bearer ${key}` };
    const init = { method: "POST", headers, body: JSON.stringify(body) };
    const { status, text } = await fetchFrom(server, "api", `/api/call/${path}`, init);
    return { status, body: JSON.parse(text) };
  };
  /** The same, and what comes of it. */
  const post = async (path: string, body: object) => {
    const answer = await clock.run(ask(path, body));
    await clock.advance(20);
    return answer;
  };
  /** The device opens a session. */
  const open = async (device: FakeMqttDevice, port: number): Promise<Party> => {
    device.hello();
    await clock.advance(20);
    const hello = device.of("hello").at(-1) ?? {};
    const audio = new FakeAudioSocket(server, hello);
    audio.from = { address: "10.0.0.9", port };
    return { device, audio, id: hello["session_id"] };
  };
  return { ask, post, open };
}
