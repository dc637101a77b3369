import assert from "node:assert/strict";
import { VirtualClock } from "../../../simulator/clock.ts";
import type { DeviceOptions } from "../../../simulator/device.ts";
import { loadFirmware } from "../../../simulator/firmware.ts";
import { ScriptedServer } from "../scripted-server.ts";
import { createWorld } from "../world.ts";

/** A listening device whose board has these parts (source text, with what it imports), and its tools to call. */
export async function partsWorld(
  parts: string,
  imports: string,
  { board: folder = "simulator", ...options }: Partial<DeviceOptions> = {},
) {
  const source = `import { defineBoard } from "boards/board";
import { pinButton } from "modules/hardware/button";
${imports}
export default defineBoard({ name: "parts", chip: "simulator", button: pinButton(0), parts: [${parts}] });
`;
  const { otaUrl } = new ScriptedServer(new VirtualClock());
  const modules = [{ specifier: "board", path: "board.ts", source }];
  const firmware = loadFirmware({ board: folder, config: { otaUrl }, modules });
  const world = await createWorld({ firmware, ...options });
  await world.boot();
  await world.listen();
  let id = 0;
  const rpc = async (method: string, params: object) => {
    world.server.send({ type: "mcp", payload: { jsonrpc: "2.0", id: ++id, method, params } });
    await world.clock.advance(40);
    const answer = () =>
      world.server.messages.findLast(({ type }) => type === "mcp")?.["payload"] as Answer | undefined;
    // Some take their time.
    for (let step = 0; step < 20 && answer()?.id !== id; step++) await world.clock.advance(50);
    const payload = answer();
    assert.ok(payload?.id === id, `no answer to ${method}`);
    return payload;
  };
  /** The result as a value, or the error's message. */
  const call = async (name: string, args: object = {}): Promise<unknown> => {
    const { result, error } = await rpc("tools/call", { name, arguments: args });
    if (error) return error.message;
    const text = result?.content?.[0]?.text ?? "";
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  };
  const names = async () =>
    ((await rpc("tools/list", {})).result?.tools ?? []).map(({ name }) => name).filter((name) => !BUILT_IN.test(name));
  return { ...world, call, names };
}

const BUILT_IN = /^self\.(get_device_status|audio_speaker|screen|timer)/;

interface Answer {
  readonly id: number;
  readonly result?: { readonly content?: { readonly text: string }[]; readonly tools?: { readonly name: string }[] };
  readonly error?: { readonly message: string };
}
