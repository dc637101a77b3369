import { type Clock, calendarTime } from "../../protocol/clock.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { AppError, ConfigError } from "../errors.ts";
import type { CallRequest, CallState } from "./calls/call-contract.ts";
import { dailyKey } from "./management/daily-key.ts";
import { type PostAnswer, type PostWay, postJson } from "./post-json.ts";

export interface ManagerClientOptions extends Pick<PostWay, "dial"> {
  /** `host:port` of the gateway's management. */
  readonly address: string;
  /** What the key of the day is made with. */
  readonly secret: string;
  readonly clock: Clock;
}

/** The management of a gateway that is another program: reaches devices at rest, which only that gateway knows. */
export class ManagerClient {
  readonly #options: ManagerClientOptions;

  constructor(options: ManagerClientOptions) {
    this.#options = options;
  }

  /**
   * Has the gateway call a device, and say a text through it; resolves when it has been said.
   *
   * @throws AppError `gateway-refused` with the gateway's reason, or `gateway-unreachable`
   */
  async say(deviceId: string, text: string): Promise<void> {
    const answer = await this.#ask(`commands/${encodeURIComponent(deviceId)}`, { type: "say", text });
    if (answer.status === 200) return;
    const why = answer.error || `status ${answer.status}`;
    throw new AppError("gateway-refused", `gateway-refused: ${this.#options.address}: ${deviceId}: ${why}`);
  }

  /** Has one device call another, as the gateway's own call; `offline` where it does not say otherwise. @throws AppError `gateway-unreachable` */
  async call({ callerMac, targetMac, callerNickname }: CallRequest): Promise<{ readonly status: CallState["status"] }> {
    const body = { caller_mac: callerMac, target_mac: targetMac, caller_nickname: callerNickname };
    const { values } = await this.#ask("call/request", body);
    return { status: CALL_STATES.find((state) => state === values["status"]) ?? "offline" };
  }

  /** @throws AppError `gateway-unreachable` */
  async #ask(path: string, body: JsonObject): Promise<PostAnswer> {
    const { address, secret, clock, dial } = this.#options;
    const way = { token: dailyKey(secret, calendarTime(clock)), dial };
    return postJson(new URL(`http://${address}/api/${path}`), body, way).catch((cause: unknown) => {
      throw new AppError("gateway-unreachable", `gateway-unreachable: ${address}: ${String(cause)}`, { cause });
    });
  }
}

/** What becomes of a call; no other word of a gateway is taken for success. */
const CALL_STATES = ["offline", "pending", "no_pending", "bridged"] as const;

/** The keys of the configuration's `server` that name the gateway. */
interface ManagerSettings {
  readonly mqtt_manager_api: string;
  readonly mqtt_signature_key: string;
}

/**
 * The gateway that `server.mqtt_manager_api` names; undefined without.
 *
 * @throws ConfigError `config-invalid` without the key that both must know
 */
export function createManagerClient(server: ManagerSettings, clock: Clock): ManagerClient | undefined {
  const { mqtt_manager_api: address, mqtt_signature_key: secret } = server;
  if (address === "") return undefined;
  if (secret !== "") return new ManagerClient({ address, secret, clock });
  const what = "server.mqtt_signature_key: expected the gateway's key when server.mqtt_manager_api is set, got nothing";
  throw new ConfigError("config-invalid", `config-invalid: ${what}`);
}
