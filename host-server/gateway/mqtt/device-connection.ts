import type { Clock } from "../../../protocol/clock.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import type { McpTool } from "../../../protocol/mcp.ts";
import { type Alert, type Notify, parseToDevice, type SystemCommand } from "../../../protocol/to-device.ts";
import { parseToServer } from "../../../protocol/to-server.ts";
import { UDP_HELLO_VERSION } from "../../../protocol/udp-session.ts";
import type { Log } from "../../log.ts";
import type { DeviceIdentity, DeviceLink } from "../../session/link.ts";
import type { AudioCarrier } from "./audio-carrier.ts";
import type { MqttClientId } from "./client-id.ts";
import { DeviceTools } from "./device-tools.ts";
import { MqttLink } from "./link.ts";
import { Summons } from "./summons.ts";

export interface DeviceConnectionOptions {
  readonly device: DeviceIdentity;
  /** Its MQTT client id: by that and by the group in it those who manage devices know it. */
  readonly id: MqttClientId;
  readonly audio: AudioCarrier;
  /** Host and port that the device is told to send its audio to, for a port of `audio`. */
  readonly audioAddress: (lane: number) => { readonly host: string; readonly port: number };
  readonly clock: Clock;
  readonly log: Log;
  /** Sends one message to the device. */
  readonly send: (text: string) => void;
  /** The device is there. */
  readonly onActivity: () => void;
  /** The device opens a session. */
  readonly onLink: (link: DeviceLink) => void;
}

/** A device that is logged in over MQTT, with or without a session. */
export class DeviceConnection {
  readonly #options: DeviceConnectionOptions;
  readonly #tools: DeviceTools;
  readonly #summons: Summons;
  #link: MqttLink | undefined;

  constructor(options: DeviceConnectionOptions) {
    this.#options = options;
    const { clock, log } = options;
    this.#summons = new Summons(clock);
    const send = (payload: object) => options.send(JSON.stringify({ type: "mcp", payload }));
    this.#tools = new DeviceTools({ send, clock, log });
    this.#tools.start();
  }

  get id(): MqttClientId {
    return this.#options.id;
  }

  get device(): DeviceIdentity {
    return this.#options.device;
  }

  /** Takes one message of the device, whatever it is. */
  receive(text: string): void {
    try {
      this.#dispatch(text);
    } catch (error) {
      this.#options.log.warn({ device: this.device.deviceId, error }, "message refused");
    }
  }

  get hasSession(): boolean {
    return this.#link !== undefined;
  }

  /** Sends a message that belongs to no session. */
  send(message: SystemCommand | Alert | Notify): void {
    this.#options.send(JSON.stringify(message));
  }

  /** The device's tools, as far as they are known. */
  get tools(): readonly McpTool[] {
    return this.#tools.known;
  }

  /**
   * Calls the device's MCP server.
   *
   * @throws JsonRpcError what the device answered
   * @throws ProtocolError `rpc-timeout` or `rpc-closed`
   */
  request(method: string, params: JsonObject | undefined, timeoutMs: number): Promise<unknown> {
    return this.#tools.request(method, params, timeoutMs);
  }

  /**
   * Lets the server say a text through the device; resolves when it has been said. A device at rest is called, and rests
   * again afterwards unless it is to listen.
   *
   * @throws AppError `cannot-speak`, `device-busy` or `device-gone`
   */
  async say(text: string, thenListens: boolean): Promise<void> {
    if (this.#link) return this.#link.say(text);
    const link = await this.#summons.call(() => this.#options.send(JSON.stringify({ type: "speak_request", text })));
    let listens = false;
    try {
      await link.say(text);
      listens = thenListens;
    } finally {
      if (!listens) link.close();
    }
  }

  /** Asks the device to open a session by itself, for a reason that its server is told. */
  wake(reason: string): void {
    this.#tools.wake(reason);
  }

  /** Takes the device away from its session, and gives the link that goes on; undefined without a session. */
  leaveSession(): { readonly link: MqttLink; readonly sessionId: string } | undefined {
    const link = this.#link;
    if (!link || link.sessionId === "") return undefined;
    const { sessionId } = link;
    const next = link.handOver();
    this.#link = next;
    return { link: next, sessionId };
  }

  /** The device is gone: its session ends with it. */
  close(): void {
    this.#summons.close();
    this.#link?.end();
    this.#tools.close();
  }

  #dispatch(text: string): void {
    const message = parseToServer(text);
    const kind = message.type === "unknown" ? message.wireType : message.type;
    if (message.type === "hello") return this.#open(text, message.version);
    if (message.type === "mcp" && this.#tools.takeFromDevice(message.payload)) return;
    if (kind === "goodbye" || kind === "udp_timeout") {
      const { session_id } = JSON.parse(text) as { session_id?: unknown };
      // A late farewell to a session that another one has replaced.
      if (session_id !== undefined && this.#link && session_id !== this.#link.sessionId) return;
      if (kind === "udp_timeout")
        this.#options.log.warn({ device: this.device.deviceId }, "no audio reaches the device");
      return this.#link?.end();
    }
    if (kind === "speak_ready" && this.#link) this.#summons.answer(this.#link);
    else if (this.#link) this.#link.deliver(text);
    // An answer that comes late is no sign of a session.
    else if (kind !== "mcp") this.#decline(text);
  }

  #open(text: string, version: number | undefined): void {
    const { device, audio, audioAddress, log, onActivity, onLink } = this.#options;
    if (version !== UDP_HELLO_VERSION) {
      log.warn({ device: device.deviceId, version }, "hello refused: over MQTT its version is 3");
      return this.#decline(text);
    }
    // Whatever the old session still says goes nowhere: its link has ended before the new one begins.
    this.#link?.end();
    const link = new MqttLink({
      device,
      audio,
      audioAddress,
      send: (answer) => this.#sendForServer(answer, link),
      onActivity,
      onEnd: (ended) => {
        if (this.#link === ended) this.#link = undefined;
      },
    });
    this.#link = link;
    onLink(link);
    link.deliver(text);
  }

  /** There is no session: a device that believes in one learns that it is over. */
  #decline(text: string): void {
    const { session_id } = JSON.parse(text) as { session_id?: unknown };
    const id = typeof session_id === "string" ? { session_id } : {};
    this.#options.send(JSON.stringify({ type: "goodbye", ...id }));
  }

  /** Sends what a server says; its questions about tools are answered here as far as the answers are known. */
  #sendForServer(text: string, link: MqttLink): void {
    const { send } = this.#options;
    const asked = mcpPayload(text);
    if (!asked) return send(text);
    const answer = (payload: JsonObject) => link.deliver(JSON.stringify({ type: "mcp", payload }));
    const forward = () => {
      if (this.#link === link) send(text);
    };
    if (!this.#tools.takeFromServer(asked, answer, forward)) send(text);
  }
}

/** What a message of a server asks the device's MCP server; undefined for every other message. */
function mcpPayload(text: string): JsonObject | undefined {
  if (!text.includes('"mcp"')) return undefined;
  try {
    const message = parseToDevice(text);
    return message.type === "mcp" ? message.payload : undefined;
  } catch {
    // not for us to judge: the device does
    return undefined;
  }
}
