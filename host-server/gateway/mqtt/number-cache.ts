import { createRequire } from "node:module";

/**
 * Tells the MQTT writer of aedes to keep no buffer for every 16-bit number: 65,536 of them would take 7 MB and, made at the first
 * login, let the heap for young objects grow to its largest, for packets of which a device gets a few in a minute.
 */
export function dropNumberCache(): void {
  const require = createRequire(import.meta.resolve("aedes"));
  const writer = require("mqtt-packet") as { writeToStream: { cacheNumbers: boolean } };
  writer.writeToStream.cacheNumbers = false;
}
