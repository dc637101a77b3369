import { type Identity, makeCertificate } from "../../host-server/certificate/certificate.ts";
import type { DeviceOptions } from "../../simulator/device.ts";
import { loadFirmware } from "../../simulator/firmware.ts";
import type { JsonObject } from "../../simulator/manifest.ts";
import type { MemoryNetworkOptions } from "../../simulator/memory-network.ts";
import { createMqttWorld } from "./mqtt-world.ts";
import { createWorld } from "./world.ts";

/** Who signs the servers of these tests; devices have it as their own authority. */
export const AUTHORITY = makeCertificate({ name: "authority", isAuthority: true });

export const HTTPS_URL = "https://server.test/xiaozhi/ota/";
export const HTTP_URL = "http://server.test:8002/xiaozhi/ota/";

interface TlsWorldOptions extends Partial<Omit<DeviceOptions, "config">> {
  readonly authority?: Identity;
  readonly config?: JsonObject;
  /** Text of a module in place of the firmware's main. */
  readonly program?: string;
}

/** The project's firmware with the certificate of an own authority among its files. */
function firmwareWith({ der }: Identity, config: JsonObject, program?: string) {
  const files = new Map([["home-ca.der", der]]);
  const main = program === undefined ? [] : [{ specifier: "main", path: "main", source: program }];
  return loadFirmware({ config, files, modules: main });
}

function deviceOptions({ authority = AUTHORITY, config = {}, program, ...rest }: TlsWorldOptions) {
  const all = { otaUrl: HTTP_URL, caCertificate: "home-ca.der", ...config };
  return { ...rest, firmware: firmwareWith(authority, all, program) };
}

/** A device that trusts an own authority, and a server that speaks in clear: a test puts TLS in front. */
export function createTlsWorld(options: TlsWorldOptions = {}, wires: Partial<MemoryNetworkOptions> = {}) {
  return createWorld(deviceOptions(options), wires);
}

/** The same with a server that speaks MQTT and UDP. */
export function createTlsMqttWorld(options: TlsWorldOptions = {}) {
  return createMqttWorld(deviceOptions(options));
}
