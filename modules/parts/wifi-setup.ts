import { defineTool, type Tool } from "../../mcp/tool.ts";
import { frozen } from "../../protocol/frozen.ts";
import type { Part, PartContext, PinUse } from "./part.ts";

const NO_PINS: readonly PinUse[] = frozen([]);

class WifiSetupPart implements Part {
  get pins(): readonly PinUse[] {
    return NO_PINS;
  }

  create({ device }: PartContext): readonly Tool[] {
    return [
      defineTool({
        name: "self.system.reconfigure_wifi",
        description: "Leave the network and open the device's hotspot to set up another one. The conversation ends.",
        confirm: "Really leave this network? The device is out of reach until somebody has set it up again.",
        params: {},
        run: () => {
          device.reconfigureWifi();
          return true;
        },
      }),
    ];
  }
}

/** Lets the model bring the device into another network, after a question: `self.system.reconfigure_wifi`. */
export function wifiSetup(): Part {
  return new WifiSetupPart();
}
