import { OTA_PATH } from "../../protocol/ota.ts";
import { opusKind } from "../audio/opus.ts";
import type { Log } from "../log.ts";
import { lanAddress } from "../ota/lan-address.ts";
import type { Server } from "./contract.ts";

/** Says in the log that a server has started, where devices find it, and who fills its stages. */
export function tellReady({ ports, models }: Pick<Server, "ports" | "models">, log: Log, ms: number): void {
  if (opusKind.kind === "wasm") log.info({ reason: opusKind.reason }, "Opus runs as WebAssembly");
  const ota = `http://${lanAddress()}:${ports.http}${OTA_PATH}`;
  const { websocket, mqtt, mqttTls } = ports;
  log.info(
    { ota, websocket, ...(mqtt && { mqtt }), ...(mqttTls && { mqttTls }), opus: opusKind.kind, ...models, ms },
    "server ready",
  );
}
