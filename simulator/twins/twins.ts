import { existsSync, globSync } from "node:fs";
import { join } from "node:path";

const XS_FOLDER = join(import.meta.dirname, "xs");

const FILES: Readonly<Record<string, string>> = {
  "commodetto/Bitmap": "commodetto/bitmap",
  "commodetto/Poco": "commodetto/poco",
  "commodetto/ReadJPEG": "commodetto/read-jpeg",
  "camera-chip": "pins/camera-chip",
  co5300: "panels/co5300",
  crypt: "crypt",
  curve: "elliptic/curve",
  "device-platform": "device-platform",
  ecdsa: "elliptic/ecdsa",
  ecp: "elliptic/ecp",
  "embedded:io/analog": "pins/analog",
  "embedded:io/audio/in": "audio-in",
  "embedded:io/audio/out": "audio-out",
  "embedded:io/digital": "pins/digital",
  "embedded:io/i2c": "pins/i2c",
  "embedded:io/pwm": "pins/pwm",
  "embedded:io/serial": "pins/serial",
  "embedded:io/socket/listener": "listener",
  "embedded:io/socket/tcp": "tcp",
  "embedded:io/socket/tcp/tls": "tls",
  "embedded:io/socket/udp": "udp",
  "embedded:network/dns/resolver/udp": "dns-resolver",
  "embedded:network/http/client": "clients/http-client",
  "embedded:network/mqtt/client": "clients/mqtt-client",
  "embedded:network/websocket/client": "clients/websocket-client",
  "embedded:storage/flash": "storage/flash",
  "embedded:storage/key-value": "storage/key-value",
  "embedded:update": "storage/update",
  Resource: "storage/resource",
  gc9a01: "panels/ili9341",
  host: "host",
  inflate: "commodetto/inflate",
  ili9341: "panels/ili9341",
  "infrared-led": "pins/infrared-led",
  neopixel: "neopixel",
  net: "net",
  "qspi-panel": "panels/qspi-panel",
  rng: "rng",
  ssd1306: "panels/ssd1306",
  st7789: "panels/ili9341",
  system: "system",
  "virtual/screen": "virtual-screen",
  "virtual/wake-word": "wake-word",
  "wake-net": "wake-net",
  time: "time",
  timer: "timer",
  wifi: "wifi",
};

/** Modules that twins import from each other; the specifier follows from that of the importer. */
const PARTS: Readonly<Record<string, string>> = {
  "embedded:network/http/socket": "clients/socket",
  "embedded:network/mqtt/mqtt-packet": "clients/mqtt-packet",
  "embedded:network/mqtt/socket": "clients/socket",
  "embedded:network/websocket/socket": "clients/socket",
  "embedded:network/websocket/websocket-frame": "clients/websocket-frame",
};

function paths(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, file]) => [name, join(XS_FOLDER, `${file}.ts`)]));
}

/** The SDK's modules that have a twin: specifier to the file that runs on XS in its place. */
export const TWINS: Readonly<Record<string, string>> = { ...paths(FILES), ...paths(PARTS) };

/** Whether a module of the SDK can be used in the simulator. */
export function hasTwin(specifier: string): boolean {
  return Object.hasOwn(FILES, specifier);
}

/** Specifiers that firmware may import, sorted; "host" is the twins' own. */
export function twinSpecifiers(): string[] {
  return Object.keys(FILES)
    .filter((name) => name !== "host")
    .sort();
}

/** What is wrong with the table: entries without a file, files without an entry. */
export function checkTwins(): string[] {
  const missing = Object.entries(TWINS)
    .filter(([, path]) => !existsSync(path))
    .map(([specifier, path]) => `${specifier}: no file ${path}`);
  const known = new Set(Object.values(TWINS));
  const unlisted = globSync("**/*.ts", { cwd: XS_FOLDER })
    .filter((file) => !file.endsWith(".d.ts") && !known.has(join(XS_FOLDER, file)))
    .map((file) => `${file}: no specifier leads to this file`);
  return [...missing, ...unlisted];
}
