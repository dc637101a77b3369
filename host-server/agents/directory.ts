import type { JsonObject } from "../../protocol/json.ts";
import type { Config } from "../config/schema.ts";

/** An assistant other than the server's own. */
export interface Agent {
  /** Its name in the configuration, or its id in the database. */
  readonly id: string;
  readonly name: string;
  /** What differs from the server's configuration. */
  readonly settings: JsonObject;
}

/** Knows which device has which agent. Answers at once: a device that connects does not wait for a database. */
export interface AgentDirectory {
  /** The agent of a device; undefined for the server's own assistant. */
  agentOf(deviceId: string): Agent | undefined;
}

/** The agents and devices that the configuration names. */
export function agentsOf({ agents, devices }: Config): AgentDirectory {
  return {
    agentOf: (deviceId) => {
      const name = devices[deviceId.toLowerCase()]?.agent;
      const settings = name === undefined ? undefined : agents[name];
      return name !== undefined && settings ? { id: name, name, settings } : undefined;
    },
  };
}
