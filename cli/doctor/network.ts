import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import type { Config } from "../../host-server/config/schema.ts";
import { isLoopback } from "../../host-server/discovery.ts";
import { lanAddress } from "../../host-server/ota/lan-address.ts";
import { OTA_PATH } from "../../protocol/ota.ts";
import type { Finding } from "./finding.ts";
import { portsOf } from "./ports.ts";

const topic = "Network";
const run = promisify(execFile);

/** What is known of the computer: for tests, any computer. */
export interface Computer {
  readonly platform: NodeJS.Platform;
  readonly address: string;
  /** The text of a file; undefined when it cannot be read. */
  read(path: string): string | undefined;
  /** Whether a command succeeds. */
  succeeds(command: string, args: readonly string[]): Promise<boolean>;
}

export const thisComputer: Computer = {
  platform: process.platform,
  get address() {
    return lanAddress();
  },
  read: (path) => {
    try {
      return existsSync(path) ? readFileSync(path, "utf8") : undefined;
    } catch {
      // Not for this user to read.
      return undefined;
    }
  },
  succeeds: async (command, args) =>
    run(command, [...args]).then(
      () => true,
      () => false,
    ),
};

/** Where devices find the server, and what may stand between. */
export async function checkNetwork(config: Config, computer: Computer = thisComputer): Promise<Finding[]> {
  return [addressOf(config, computer), ...surroundings(config, computer), ...(await firewalls(config, computer))];
}

function addressOf({ server }: Config, { address }: Computer): Finding {
  const url = `http://${address}:${server.http_port}${OTA_PATH}`;
  if (isLoopback(server.ip)) {
    const text = `the server listens at ${server.ip}: only this computer reaches it`;
    return { topic, level: "warning", text, advice: "server.ip: 0.0.0.0 lets devices in" };
  }
  if (isLoopback(address)) {
    return {
      topic,
      level: "warning",
      text: "this computer has no address in a local network: devices cannot reach it",
    };
  }
  return { topic, level: "good", text: `OTA URL for devices: ${url}` };
}

function surroundings(config: Config, { address, read, platform }: Computer): Finding[] {
  const ports = portsOf(config).map(({ number, kind }) => (kind === "udp" ? `${number}/udp` : `${number}`));
  if (/microsoft/i.test(read("/proc/version") ?? "")) {
    const text = `this is WSL2: devices reach Windows, not ${address}`;
    const advice = `networkingMode=mirrored in %USERPROFILE%\\.wslconfig, or netsh interface portproxy for ports ${ports.join(", ")} (no UDP)`;
    return [{ topic, level: "warning", text, advice }];
  }
  if (read("/.dockerenv") !== undefined) {
    const text = `this is a container: devices reach its host, not ${address}`;
    const advice = `--network host, or publish ports ${ports.join(", ")}; server.websocket: ws://<address of the host>:${config.server.port}/…`;
    return [{ topic, level: "warning", text, advice }];
  }
  if (platform === "win32") {
    return [{ topic, level: "note", text: "Windows asks once whether Node may be reached: allow private networks" }];
  }
  return [];
}

async function firewalls(config: Config, { read, succeeds }: Computer): Promise<Finding[]> {
  const ports = portsOf(config).filter(({ key }) => key !== "gateway.api_port");
  const list = ports.map(({ number, kind }) => `${number}/${kind}`);
  if (/^ENABLED=yes/m.test(read("/etc/ufw/ufw.conf") ?? "")) {
    const advice = list.map((port) => `sudo ufw allow ${port}`).join("; ");
    return [{ topic, level: "note", text: "the firewall ufw is on; devices need these ports", advice }];
  }
  if (await succeeds("firewall-cmd", ["--state"])) {
    const advice = `sudo firewall-cmd ${list.map((port) => `--add-port=${port}`).join(" ")} --permanent; sudo firewall-cmd --reload`;
    return [{ topic, level: "note", text: "firewalld is on; devices need these ports", advice }];
  }
  return [];
}
