import { defineTool, type Tool } from "../tool.ts";

/** `reboot` restarts the device once the answer had time to leave. */
export function rebootTool(reboot: () => void): Tool {
  return defineTool({
    name: "self.reboot",
    description: "Reboot the system.",
    audience: "user",
    params: {},
    run: () => {
      reboot();
      return true;
    },
  });
}
