import { frozen } from "../../protocol/frozen.ts";
import type { Tool } from "../tool.ts";

const NO_PARAMS = frozen({});

/** What only the owner may do; a class, so that all but one member lies in flash. */
class ReconfigureWifiTool implements Tool {
  readonly #reconfigure: () => void;

  constructor(reconfigure: () => void) {
    this.#reconfigure = reconfigure;
  }

  get name(): string {
    return "self.reconfigure_wifi";
  }

  get description(): string {
    return "Open the device's hotspot to set up another network. The device leaves the conversation.";
  }

  get audience(): "user" {
    return "user";
  }

  get params(): Tool["params"] {
    return NO_PARAMS;
  }

  run(): boolean {
    this.#reconfigure();
    return true;
  }
}

class FactoryResetTool implements Tool {
  readonly #reset: () => void;

  constructor(reset: () => void) {
    this.#reset = reset;
  }

  get name(): string {
    return "self.factory_reset";
  }

  get description(): string {
    return "Erase all settings of the device, its networks included, and restart.";
  }

  get audience(): "user" {
    return "user";
  }

  get confirm(): string {
    return "Really erase all settings of this device? It will not be in any network afterwards.";
  }

  get params(): Tool["params"] {
    return NO_PARAMS;
  }

  run(): boolean {
    this.#reset();
    return true;
  }
}

/** `self.reconfigure_wifi` answers, then opens the device's own network with the page for another one. */
export function reconfigureWifiTool(reconfigure: () => void): Tool {
  return new ReconfigureWifiTool(reconfigure);
}

/** `self.factory_reset` asks first, then forgets networks, server and settings, and restarts. */
export function factoryResetTool(reset: () => void): Tool {
  return new FactoryResetTool(reset);
}
