import { isObject } from "../../protocol/json.ts";
import type { ToDevice } from "../../protocol/to-device.ts";
import { log } from "../system/log.ts";

/**
 * Logs what the server has heard, which tool it calls, and what it says: only where the build asks for it, as the simulator
 * does. A log holds no words of the user otherwise.
 */
export function logTalk(message: ToDevice): void {
  if (message.type === "stt") log.info(`talk heard ${JSON.stringify(message.text)}`);
  else if (message.type === "tts" && message.state === "sentence_start") {
    log.info(`talk said ${JSON.stringify(message.text)}`);
  } else if (message.type === "mcp" && message.payload["method"] === "tools/call") {
    const { params } = message.payload;
    if (isObject(params))
      log.info(`talk tool ${JSON.stringify({ name: params["name"], arguments: params["arguments"] })}`);
  }
}
