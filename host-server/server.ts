import type { Duplex } from "node:stream";
import { calendarTime } from "../protocol/clock.ts";
import { Assistants } from "./agents/assistants.ts";
import { StagePool } from "./agents/stage-pool.ts";
import { modelsInUse } from "./config/models-in-use.ts";
import type { Config, StageName } from "./config/schema.ts";
import type { StoredConfig } from "./config/stored-config.ts";
import type { Console } from "./console/console.ts";
import { announceServer, isLoopback } from "./discovery.ts";
import type { SendDatagram } from "./gateway/mqtt/audio-claim.ts";
import type { ReceiveDatagram } from "./gateway/mqtt/gateway.ts";
import { createWebSocketGateway, type WebSocketGateway } from "./gateway/websocket.ts";
import { History } from "./history/history.ts";
import { Knowledge } from "./knowledge/knowledge.ts";
import { listen, portOf } from "./listen.ts";
import type { McpServer } from "./mcp-server/mcp-server.ts";
import { createMcpServer } from "./mcp-server/service.ts";
import { Memories } from "./memory/memories.ts";
import type { Metrics } from "./metrics.ts";
import { MqttService } from "./mqtt-service.ts";
import type { Nodes } from "./nodes/nodes.ts";
import { Access } from "./ota/access.ts";
import { nameForDevices } from "./ota/lan-address.ts";
import { Pacer } from "./pipeline/pace/pacer.ts";
import { summaryOf, type TurnReport } from "./pipeline/turn-report.ts";
import { providers } from "./providers/registry.ts";
import { DeviceReach } from "./reach/device-reach.ts";
import { createConsole } from "./server/console-service.ts";
import type { Server, ServerOptions, ServerPorts, Service } from "./server/contract.ts";
import { createMetrics } from "./server/create-metrics.ts";
import { drain } from "./server/drain.ts";
import { givenRestart, givenStages } from "./server/given-parts.ts";
import { createHttp, type HttpService } from "./server/http-service.ts";
import { createNodes } from "./server/node-service.ts";
import { tellReady } from "./server/ready.ts";
import { Reception, type SharedOptions } from "./server/reception.ts";
import { RunningConfig } from "./server/running-config.ts";
import { createTlsPorts, type TlsPorts } from "./server/tls-ports.ts";
import { ServerTools } from "./server-tools.ts";
import { type DeviceLink, type HoldDevice, notHeld } from "./session/link.ts";
import { Management } from "./session/management.ts";
import { McpChannels } from "./session/mcp-channels.ts";
import { OutputLimit } from "./session/output-limit.ts";
import { Roster } from "./session/roster.ts";
import type { Session } from "./session/session.ts";
import { accessSettings, historyAges, timezoneMinutes, usesMqtt, webSocketLimits } from "./settings.ts";
import { closeStages, type Stages, warmUpStages } from "./stages.ts";
import { VisionService } from "./vision/service.ts";
import { createWyoming, type WyomingService } from "./wyoming/service.ts";

export type { Server, ServerOptions, ServerPorts, Service } from "./server/contract.ts";

/** ms that devices have to answer the end of their connection when the server stops. */
const GOODBYE_MS = 1_000;

/** Puts a server together; nothing runs before `start`. */
export function createServer(options: ServerOptions): Server {
  return new HostServer(options);
}

class HostServer implements Server {
  readonly #options: ServerOptions;
  readonly #stages: Stages;
  readonly #sessions: Roster<Session>;
  readonly #listeners = new Set<(report: TurnReport) => void>();
  readonly #gateway: WebSocketGateway;
  readonly #web: HttpService;
  readonly #mqtt: MqttService;
  readonly #tools: ServerTools;
  readonly #pacer: Pacer;
  readonly #pool: StagePool;
  readonly #memories: Memories;
  readonly #assistants: Assistants;
  readonly #history: History | undefined;
  readonly #knowledge: Knowledge | undefined;
  readonly #mcpChannels: McpChannels;
  readonly #mcpServer: McpServer;
  readonly #reach: DeviceReach;
  readonly #wyoming: WyomingService | undefined;
  readonly #metrics: Metrics;
  readonly #access: Access;
  readonly #tls: TlsPorts | undefined;
  readonly #management: Management;
  readonly #vision: VisionService;
  readonly #console: Console | undefined;
  readonly #config: RunningConfig;
  readonly #nodes: Nodes | undefined;
  readonly #shared: SharedOptions;
  readonly #reception: Reception;
  /** Takes note of connected devices, for other nodes. */
  readonly #hold: HoldDevice = (deviceId, end) => this.#nodes?.presence.local.hold(deviceId, end) ?? notHeld;
  #stopAnnouncing: (() => Promise<void>) | undefined;

  constructor(options: ServerOptions) {
    const { config, clock, log, storage, dataDirectory = "data", registry = providers } = options;
    this.#options = options;
    this.#config = new RunningConfig(options, (now) => this.#update(now));
    this.#management = this.#createManagement();
    this.#sessions = new Roster(
      ({ device }) => log.info({ device: device.deviceId }, "the device has a newer session"),
      this.#hold,
    );
    this.#pool = new StagePool({ clock, log, dataDirectory, registry });
    this.#stages = givenStages(options, config) ?? this.#pool.keep(config);
    this.#pacer = new Pacer(clock, config.tts_audio_send_delay, options.createEncoder);
    this.#mcpChannels = new McpChannels({ clock, log, timeoutMs: config.tool_call_timeout * 1000, hold: this.#hold });
    this.#metrics = this.#createMetrics();
    const parts = { config, clock, log, sessions: this.#sessions, channels: this.#mcpChannels };
    this.#reach = new DeviceReach({ ...parts, mqtt: () => this.#mqtt, nodes: () => this.#nodes });
    if (storage) this.#knowledge = new Knowledge({ storage, folder: `${dataDirectory}/knowledge`, log });
    this.#tools = this.#createTools();
    this.#memories = new Memories({ clock, log, dataDirectory, storage });
    this.#assistants = this.#createAssistants();
    if (storage) this.#history = new History(storage, log, () => historyAges(this.#config.now));
    this.#shared = this.#shareWithSessions();
    // Without a key of its own the server makes one: tokens then end with the process, and devices fetch new ones.
    const secret = config.server.auth_key || crypto.randomUUID();
    const address = (host?: string) => `${nameForDevices(host)}:${this.ports.http}`;
    this.#vision = new VisionService({ config, clock, log, secret, vllm: this.#stages.vllm, address });
    const accessFrom = (deviceId: string) => this.#assistants.accessFrom(deviceId);
    this.#access = new Access({ ...accessSettings(config), secret, accessFrom, now: () => calendarTime(clock) });
    this.#tls = createTlsPorts(config, { clock, log, dataDirectory });
    this.#gateway = this.#createGateway();
    const mqttParts = { config, clock, log, dataDirectory, accessFrom, audioThreads: options.audioThreads };
    const farCalls = () => this.#nodes?.calls;
    this.#mqtt = new MqttService({ ...mqttParts, hold: this.#hold, farCalls, onLink: (link) => this.attach(link) });
    this.#mcpServer = this.#createMcpServer();
    this.#wyoming = createWyoming(config, this.#stages, { clock, log });
    this.#console = this.#createConsole();
    this.#nodes = this.#createNodes();
    this.#web = this.#createHttp();
    this.#reception = this.#createReception();
    this.#tls?.guard(this.#gateway.http, this.#web.http, this.#mqtt, this.#tools.endpoint);
  }

  get ports(): ServerPorts {
    const mcpEndpoint = this.#tools.endpoint?.port ?? 0;
    return { websocket: portOf(this.#gateway.http), http: portOf(this.#web.http), mcpEndpoint, ...this.#mqtt.ports };
  }

  get models(): Readonly<Record<StageName, string>> {
    return modelsInUse(this.#config.now);
  }

  get sessionCount(): number {
    return this.#sessions.size;
  }

  async start(): Promise<void> {
    const { config, log, clock } = this.#options;
    const { ip, port, http_port } = config.server;
    const startedAt = clock.now();
    const warm = warmUpStages(this.#stages);
    // Looked at below; a busy port is reported first.
    warm.catch(() => {});
    try {
      if (config.roles.includes("ws")) await listen(this.#gateway.http, { ip, port, key: "server.port" });
      await listen(this.#web.http, { ip, port: http_port, key: "server.http_port" });
      this.#tls?.door.watch();
      if (usesMqtt(config)) await this.#mqtt.start();
      await this.#knowledge?.start();
      if (config.roles.includes("worker")) this.#history?.start();
      await this.#tools.start();
      await this.#wyoming?.start();
      await this.#assistants.start();
      this.#console?.start();
      this.#metrics.start();
      await warm;
      this.#web.health.state = "ready";
      this.#nodes?.start();
    } catch (error) {
      await warm.catch(() => {});
      await this.stop();
      throw error;
    }
    if (config.server.discovery && config.roles.includes("http") && !isLoopback(ip)) {
      this.#stopAnnouncing = announceServer({ log, port: this.ports.http });
    }
    tellReady(this, log, Math.round(clock.now() - startedAt));
  }

  async drain(ms: number, signal?: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    this.#web.health.state = "stopping";
    this.#tls?.door.close();
    this.#nodes?.tell();
    const hasOthers = (this.#nodes?.all.length ?? 1) > 1;
    await drain({ clock, log, sessions: this.#sessions, hasOthers, ms, signal });
  }

  async stop(): Promise<void> {
    this.#web.health.state = "stopping";
    this.#nodes?.stop();
    await this.#stopAnnouncing?.();
    this.#stopAnnouncing = undefined;
    for (const server of [this.#gateway.http, this.#web.http]) server.close();
    for (const session of [...this.#sessions]) session.close();
    this.#mcpChannels.close();
    await Promise.all([
      this.#web.close(),
      this.#gateway.close(GOODBYE_MS),
      this.#mqtt.stop(),
      this.#tools.stop(),
      this.#mcpServer.close(),
      this.#wyoming?.close(),
    ]);
    this.#web.http.closeAllConnections();
    this.#assistants.stop();
    this.#console?.stop();
    this.#metrics.stop();
    this.#knowledge?.close();
    this.#shared.outputs.close();
    await this.#memories.close();
    const stages = this.#options.providers ? closeStages(this.#stages) : this.#pool.close();
    await Promise.all([stages, this.#history?.close()]);
    this.#options.log.info("server stopped");
  }

  accept(service: Service, stream: Duplex): void {
    if (service === "mqtt") this.#mqtt.acceptTcp(stream);
    else if (service === "mqtts") this.#mqtt.acceptTls(stream);
    else if (service === "api") this.#mqtt.acceptApi(stream);
    else if (service === "mcp-endpoint") this.#tools.endpoint?.accept(stream);
    else (service === "websocket" ? this.#gateway.http : this.#web.http).emit("connection", stream);
  }

  join(send: SendDatagram): ReceiveDatagram {
    return this.#mqtt.join(send);
  }

  attach(link: DeviceLink): void {
    this.#reception.receive(link);
  }

  onTurn(listener: (report: TurnReport) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #createTools(): ServerTools {
    const { config, clock, log } = this.#options;
    return new ServerTools({
      config,
      clock,
      log,
      dataDirectory: this.#options.dataDirectory ?? "data",
      timezoneMinutes: () => timezoneMinutes(this.#config.now, clock),
      endpoints: this.#options.endpoints ?? [],
      abilities: {
        reach: this.#reach,
        knowledge: this.#knowledge,
        ...(usesMqtt(config) && { callDevice: (call) => this.#mqtt.calls.request(call) }),
      },
    });
  }

  #createGateway(): WebSocketGateway {
    const { config, clock, log } = this.#options;
    return createWebSocketGateway({
      log,
      clock,
      limits: webSocketLimits(config),
      isAllowed: (credentials) => this.#access.isAllowed(credentials),
      isLeaving: () => this.#web.health.state === "stopping",
      manage: this.#management.isOpen ? (command) => this.#management.run(command) : undefined,
      onLink: (link) => this.attach(link),
      onMcpLink: (link) => this.#mcpChannels.open(link),
    });
  }

  #createReception(): Reception {
    const keepers = {
      metrics: this.#metrics,
      history: this.#history,
      console: this.#console,
      config: () => this.#config.now,
      ...{ bus: this.#options.bus, nodes: this.#nodes },
    };
    return new Reception({ assistants: this.#assistants, shared: this.#shared, sessions: this.#sessions, ...keepers });
  }

  #createHttp(): HttpService {
    return createHttp({
      options: this.#options,
      config: () => this.#config.now,
      access: this.#access,
      mqtt: this.#mqtt,
      ports: () => this.ports,
      metrics: this.#metrics,
      mcpServer: this.#mcpServer,
      vision: this.#vision,
      reach: this.#reach,
      console: this.#console,
      nodes: () => this.#nodes,
      authority: this.#tls?.authority,
    });
  }

  #createNodes(): Nodes | undefined {
    const { bus, clock, log } = this.#options;
    return (
      bus &&
      createNodes({
        ...{ bus, clock, log, reach: this.#reach, assistants: this.#assistants, tools: this.#tools, mqtt: this.#mqtt },
        config: () => this.#config.now,
        ports: () => this.ports,
        state: () => this.#web.health.state,
        console: () => this.#console,
      })
    );
  }

  /** Sessions that begin from now on have this configuration. */
  #update(config: Config): void {
    this.#access.update(accessSettings(config));
    this.#tools.reload(config);
    this.#assistants.reload(config);
  }

  #createManagement(): Management {
    const { config, log } = this.#options;
    return new Management({
      secret: config.server.secret,
      reload: () => this.#config.reload(),
      restart: givenRestart(this.#options),
      log,
    });
  }

  #createMetrics(): Metrics {
    const waiting = () => this.#history?.waiting ?? 0;
    const parts = { sessions: this.#sessions, pacer: this.#pacer, stages: this.#stages, crews: this.#pool.crews };
    return createMetrics({ options: this.#options, ...parts, waiting });
  }

  #createConsole(): Console | undefined {
    return createConsole({
      options: this.#options,
      config: () => this.#config.now,
      sessions: this.#sessions,
      mqtt: () => this.#mqtt,
      assistants: this.#assistants,
      tools: this.#tools,
      nodes: () => this.#nodes,
      reach: this.#reach,
      noteSeen: (deviceId) => this.#history?.seen(deviceId),
      reload: () => this.#config.reload(),
      restart: givenRestart(this.#options),
      ports: () => this.ports,
      models: () => this.models,
      onTurn: (listener) => this.onTurn(listener),
    });
  }

  #createMcpServer(): McpServer {
    const { clock, log } = this.#options;
    const parts = { sessions: this.#sessions, channels: this.#mcpChannels, mqtt: this.#mqtt, tools: this.#tools };
    return createMcpServer({ config: () => this.#config.now, clock, log, nodes: () => this.#nodes, ...parts });
  }

  #createAssistants(): Assistants {
    const { config, clock, log, storage, dataDirectory = "data", registry = providers } = this.#options;
    const { agentProviders = registry } = this.#options;
    const sourcesFor = this.#tools.sourcesFor.bind(this.#tools);
    const stagesFor = (wanted: Config) =>
      wanted === config ? this.#stages : (givenStages(this.#options, wanted) ?? this.#pool.stagesFor(wanted));
    const onStored = (stored: StoredConfig) => this.#config.take(stored);
    const databaseParts = { storage, stored: this.#config.stored, onStored };
    const toolParts = { sourcesFor, memories: this.#memories };
    const parts = { dataDirectory, providers: agentProviders, stagesFor, ...toolParts, ...databaseParts };
    return new Assistants({ config, clock, log, ...parts });
  }

  #shareWithSessions(): SharedOptions {
    const { clock, log, dataDirectory = "data" } = this.#options;
    return {
      pacer: this.#pacer,
      mcpChannels: this.#mcpChannels,
      visionFor: (device) => this.#vision.offerFor(device),
      timezoneMinutes: () => timezoneMinutes(this.#config.now, clock),
      outputs: new OutputLimit({ path: `${dataDirectory}/told-today.json`, clock, log }),
      counters: this.#metrics.counters,
      clock,
      log,
      manage: (command) => this.#management.run(command),
      onTurn: (report) => this.#endTurn(report),
      onClose: (session) => {
        this.#sessions.delete(session);
        this.#history?.end(session.id);
      },
    };
  }

  #endTurn(report: TurnReport): void {
    this.#options.log.info(summaryOf(report, this.#config.now.log.transcripts), "turn finished");
    this.#metrics.observe(report);
    this.#history?.turn(report);
    for (const listener of this.#listeners) listener(report);
  }
}
