import { conversationKeys } from "./conversation-keys.ts";
import type { Config } from "./schema.ts";

/**
 * Keys that take effect in a running server: sessions that begin afterwards have them. All others are read once, when the
 * server starts.
 */
const LIVE_KEYS: readonly string[] = [
  ...Object.keys(conversationKeys).filter((key) => key !== "tts_audio_send_delay"),
  "agents",
  "asr",
  "console.binding",
  "console.binding_prompt",
  "console.registration",
  "devices",
  "enable_websocket_ping",
  "history",
  "home_assistant",
  "llm",
  "log.transcripts",
  "mcp_endpoint",
  "memory",
  "context_providers",
  "plugins",
  "prompt",
  "prompt_template",
  "replacement_words",
  "server.auth.allowed_devices",
  "server.auth.enabled",
  "server.auth.expire_seconds",
  "server.auth.previous_key",
  "server.timezone_offset",
  "system_error_response",
  "tool_call_timeout",
  "tts",
  "turn",
  "vad",
];

/** What a configuration that was read anew brings to a running server. */
export interface ConfigUpdate {
  /** The running configuration with everything new that can take effect now. */
  readonly config: Config;
  /** Keys that have taken effect. */
  readonly applied: readonly string[];
  /** Keys that were changed, too, and wait for the next start. */
  readonly waiting: readonly string[];
}

type Tree = { [key: string]: unknown };

/** Compares the running configuration with the one that was read anew. */
export function updateConfig(running: Config, read: Config): ConfigUpdate {
  const changed = changedKeys(running as unknown as Tree, read as unknown as Tree, "");
  const isLive = (key: string) => LIVE_KEYS.some((live) => key === live || key.startsWith(`${live}.`));
  const config = structuredClone(running) as unknown as Tree;
  const applied = changed.filter(isLive);
  for (const key of applied) copy(key.split("."), read as unknown as Tree, config);
  return { config: config as unknown as Config, applied, waiting: changed.filter((key) => !isLive(key)) };
}

function changedKeys(before: Tree, after: Tree, prefix: string): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => {
    const [a, b] = [before[key], after[key]];
    const path = prefix + key;
    if (isTree(a) && isTree(b)) return changedKeys(a, b, `${path}.`);
    return JSON.stringify(a) === JSON.stringify(b) ? [] : [path];
  });
}

function copy([key, ...rest]: readonly string[], from: Tree, to: Tree): void {
  if (key === undefined) return;
  const next = from[key];
  if (rest.length > 0 && isTree(next) && isTree(to[key])) copy(rest, next, to[key]);
  else if (next === undefined) delete to[key];
  else to[key] = next;
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
