import { createSocket } from "node:dgram";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";
import type { Config } from "../../host-server/config/schema.ts";
import { bind, listen } from "../../host-server/listen.ts";
import { usesMqtt } from "../../host-server/settings.ts";
import type { Finding } from "./finding.ts";

/** A port that the server opens. */
export interface Port {
  readonly key: string;
  readonly number: number;
  readonly kind: "tcp" | "udp";
  readonly what: string;
}

const topic = "Ports";

/** The ports that a server with this configuration opens. */
export function portsOf(config: Config): Port[] {
  const { server, gateway, mcp_endpoint_server: endpoint } = config;
  const tcp = (key: string, number: number, what: string): Port => ({ key, number, kind: "tcp", what });
  const ports = [
    tcp("server.port", server.port, "devices"),
    tcp("server.http_port", server.http_port, "version check"),
  ];
  if (endpoint.enabled) ports.push(tcp("mcp_endpoint_server.port", endpoint.port, "MCP endpoint"));
  if (!usesMqtt(config)) return ports;
  if (gateway.broker === "") ports.push(tcp("gateway.port", gateway.port, "devices over MQTT"));
  if (gateway.broker === "" && gateway.tls_cert !== "")
    ports.push(tcp("gateway.tls_port", gateway.tls_port, "MQTT over TLS"));
  ports.push({ key: "gateway.udp_port", number: gateway.udp_port, kind: "udp", what: "sound of devices over MQTT" });
  return [...ports, tcp("gateway.api_port", gateway.api_port, "management")];
}

/** Whether each port can be opened, and who has it when not. */
export async function checkPorts(config: Config): Promise<Finding[]> {
  const ip = config.server.ip;
  return Promise.all(portsOf(config).map((port) => checkPort(port, ip)));
}

async function checkPort(port: Port, ip: string): Promise<Finding> {
  const title = `${port.number} ${port.kind}, ${port.what}`;
  try {
    await tryOpen(port, ip);
    return { topic, level: "good", text: `${title}: free` };
  } catch (error) {
    const owner = ownerOf(port);
    if (owner?.isOurs)
      return { topic, level: "good", text: `${title}: a XiaoZhi server of process ${owner.pid} has it` };
    const who = owner === undefined ? "another program" : `${owner.name} (process ${owner.pid})`;
    const isBusy = (error as { code?: unknown }).code === "port-busy";
    const text = isBusy ? `${title}: ${who} has it` : `${title}: ${(error as Error).message}`;
    return { topic, level: "fault", text, advice: `end it, or choose another with ${port.key}` };
  }
}

async function tryOpen({ number, key, kind }: Port, ip: string): Promise<void> {
  const address = { ip, port: number, key };
  if (kind === "udp") {
    const socket = createSocket("udp4");
    await bind(socket, address);
    socket.close();
    return;
  }
  const server = createServer();
  await listen(server, address);
  await new Promise((resolve) => server.close(resolve));
}

interface Owner {
  readonly pid: number;
  readonly name: string;
  readonly isOurs: boolean;
}

/** Who has a port, as far as Linux tells this user (proc(5), /proc/net/tcp). */
function ownerOf({ number, kind }: Port): Owner | undefined {
  const inodes = [kind, `${kind}6`].flatMap((table) => inodesOf(table, number));
  if (inodes.length === 0) return undefined;
  const sockets = new Set(inodes.map((inode) => `socket:[${inode}]`));
  const pids = namesIn("/proc").filter((name) => /^\d+$/.test(name));
  const pid = pids.find((candidate) =>
    namesIn(`/proc/${candidate}/fd`).some((fd) => sockets.has(linkAt(candidate, fd))),
  );
  if (pid === undefined) return undefined;
  const words = read(`/proc/${pid}/cmdline`).split("\0");
  return {
    pid: Number(pid),
    name: read(`/proc/${pid}/comm`).trim(),
    isOurs: words.some((word) => /cli[\\/]main\.ts$/.test(word)),
  };
}

/** The inodes of sockets that listen at a port. */
export function inodesOf(table: string, port: number, text: string = read(`/proc/net/${table}`)): string[] {
  const isListening = (state: string | undefined) => (table.startsWith("tcp") ? state === "0A" : true);
  return text.split("\n").flatMap((line) => {
    const columns = line.trim().split(/\s+/);
    const local = Number.parseInt(columns[1]?.split(":").at(-1) ?? "", 16);
    return local === port && isListening(columns[3]) && columns[9] !== undefined ? [columns[9]] : [];
  });
}

function linkAt(pid: string, fd: string): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`);
  } catch {
    // It was closed meanwhile.
    return "";
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Another user's process, or no Linux.
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // As above.
    return "";
  }
}
