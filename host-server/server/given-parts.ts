import type { Config } from "../config/schema.ts";
import type { Stages } from "../stages.ts";
import type { ServerOptions } from "./contract.ts";

/** ms until a server that is told to start anew does so. */
const RESTART_MS = 1_000;

/** The stages of a test or a demonstration, in place of those that the configuration names. */
export function givenStages({ providers }: ServerOptions, config: Config): Stages | undefined {
  return typeof providers === "function" ? providers(config) : providers;
}

/** Starts the server anew, once whoever asked has read the answer; undefined where nobody may ask. */
export function givenRestart({ config, clock, restart }: ServerOptions): (() => void) | undefined {
  return config.server.allow_restart && restart ? () => void clock.schedule(RESTART_MS, restart) : undefined;
}
