import { defineTool, type Tool } from "../tool.ts";

/** `systemInfo` gives what the version check says about the device, as JSON text. */
export function systemInfoTool(systemInfo: () => string): Tool {
  return defineTool({
    name: "self.get_system_info",
    description: "Get the system information of the device.",
    audience: "user",
    params: {},
    run: systemInfo,
  });
}
