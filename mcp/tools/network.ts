import { defineTool, type Tool } from "../tool.ts";

/** `self.reconfigure_wifi` answers, then opens the device's own network with the page for another one. */
export function reconfigureWifiTool(reconfigure: () => void): Tool {
  return defineTool({
    name: "self.reconfigure_wifi",
    description: "Open the device's hotspot to set up another network. The device leaves the conversation.",
    audience: "user",
    params: {},
    run: () => {
      reconfigure();
      return true;
    },
  });
}

/** `self.factory_reset` asks first, then forgets networks, server and settings, and restarts. */
export function factoryResetTool(reset: () => void): Tool {
  return defineTool({
    name: "self.factory_reset",
    description: "Erase all settings of the device, its networks included, and restart.",
    audience: "user",
    confirm: "Really erase all settings of this device? It will not be in any network afterwards.",
    params: {},
    run: () => {
      reset();
      return true;
    },
  });
}
