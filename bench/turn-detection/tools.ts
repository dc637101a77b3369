import { readFileSync } from "node:fs";
import type { ToolSpec } from "../../host-server/providers/llm.ts";

const percent = { type: "integer", minimum: 0, maximum: 100 };

/** What a common device can be asked for. */
export const commonTools: readonly ToolSpec[] = [
  tool("self_get_device_status", {}),
  tool("self_audio_speaker_set_volume", { volume: percent }),
  tool("self_screen_set_brightness", { brightness: percent }),
  tool("self_screen_set_theme", { theme: { type: "string" } }),
  tool("self_lamp_turn_on", {}),
  tool("self_lamp_turn_off", {}),
  tool("handle_exit_intent", { say_goodbye: { type: "string" } }),
];

/** Tools from a file: a list as `tools/list` of MCP gives it. */
export function readTools(file: string): ToolSpec[] {
  const parsed = JSON.parse(readFileSync(file, "utf8")) as { tools?: ToolSpec[] } | ToolSpec[];
  const tools = Array.isArray(parsed) ? parsed : (parsed.tools ?? []);
  return tools.map(({ name, description = "", inputSchema = {} }) => ({ name, description, inputSchema }));
}

function tool(name: string, properties: Record<string, object>): ToolSpec {
  return { name, description: "", inputSchema: { type: "object", properties, required: Object.keys(properties) } };
}
