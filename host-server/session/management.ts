import type { ServerResult } from "../../protocol/to-device.ts";
import type { ServerCommand } from "../../protocol/to-server.ts";
import type { Log } from "../log.ts";
import { isSameSecret } from "../secret.ts";

export interface ManagementOptions {
  /** What the console proves itself with (`server.secret`); empty: no console, and its messages are ignored. */
  readonly secret: string;
  /** Reads the configuration anew; throws when it is wrong, and then nothing has changed. */
  readonly reload: () => void;
  /** Starts the server anew, soon; undefined where that is not allowed. */
  readonly restart: (() => void) | undefined;
  readonly log: Log;
}

/** What a console may do through the port for devices, as consoles of the reference do: `update_config` and `restart`. */
export class Management {
  readonly #options: ManagementOptions;

  constructor(options: ManagementOptions) {
    this.#options = options;
  }

  /** Whether there is a console. */
  get isOpen(): boolean {
    return this.#options.secret !== "";
  }

  /** Does what a message says; gives the answer, or undefined where it is to be ignored. */
  run({ action, content }: ServerCommand): ServerResult | undefined {
    const { secret, log } = this.#options;
    if (!this.isOpen) {
      log.debug({ action }, "management message ignored: server.secret is not set");
      return undefined;
    }
    const given = content?.["secret"];
    if (typeof given !== "string" || !isSameSecret(given, secret)) {
      log.warn({ action }, "management message refused: its secret is not server.secret");
      return { type: "server", status: "error", message: "服务器密钥验证失败" };
    }
    if (action === "update_config") return this.#updateConfig();
    if (action === "restart") return this.#restart();
    return result("error", `unknown action: ${action}`, action);
  }

  #updateConfig(): ServerResult {
    try {
      this.#options.reload();
      return result("success", "配置更新成功", "update_config");
    } catch (error) {
      this.#options.log.error({ error }, "the configuration was not updated");
      return result("error", `更新配置失败: ${(error as Error).message}`, "update_config");
    }
  }

  #restart(): ServerResult {
    const { restart } = this.#options;
    if (!restart) return result("error", "restart is not allowed: server.allow_restart is false", "restart");
    restart();
    return result("success", "服务器重启中...", "restart");
  }
}

function result(status: string, message: string, action: string): ServerResult {
  return { type: "server", status, message, content: { action } };
}
