import type { ToolSpec } from "../../providers/llm.ts";

/** Finds the tool whose name ends so; a device's own (`self_…`) before others. */
export function toolNamed(tools: readonly ToolSpec[], ending: RegExp): ToolSpec | undefined {
  return (
    tools.find(({ name }) => name.startsWith("self_") && ending.test(name)) ??
    tools.find(({ name }) => ending.test(name))
  );
}

/** Finds the tool that tells volume, brightness, battery and network. */
export function statusTool(tools: readonly ToolSpec[]): ToolSpec | undefined {
  return toolNamed(tools, /(^|_)get_device_status$/);
}
