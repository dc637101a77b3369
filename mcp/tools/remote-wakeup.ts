import { defineTool, type Tool } from "../tool.ts";

/**
 * `self.remote_wakeup` opens a conversation whose server is told the reason: so a gateway lets another device's call ring.
 * The gateway calls it by its name, without having asked for the list of tools.
 */
export function remoteWakeupTool(summon: (reason: string) => boolean): Tool {
  return defineTool({
    name: "self.remote_wakeup",
    description: "Open a conversation because somebody wants the user, for example another device that calls.",
    audience: "user",
    isCalledUnlisted: true,
    params: {
      reason: { type: "string", description: "What the server is told." },
      action: { type: "string", enum: ["listen"], default: "listen" },
    },
    run: ({ reason }) => {
      if (!summon(reason)) throw new Error("The device is busy");
      return true;
    },
  });
}
