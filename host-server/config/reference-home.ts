import { isObject, type JsonObject } from "../../protocol/json.ts";

/**
 * The reference names a Home Assistant under its plugins: `plugins.home_assistant.{base_url, api_key, devices}`. A key that is still the example's (in Chinese) means none.
 */
export function translateHomeAssistant(tree: JsonObject): void {
  const { plugins } = tree;
  if (!isObject(plugins) || !isObject(plugins["home_assistant"])) return;
  const { base_url: url, api_key: token, devices } = plugins["home_assistant"];
  delete plugins["home_assistant"];
  const isExample = typeof token !== "string" || /\p{Script=Han}/u.test(token);
  if (!isExample && typeof url === "string")
    tree["home_assistant"] ??= { url, token, ...(Array.isArray(devices) && { devices }) };
}
