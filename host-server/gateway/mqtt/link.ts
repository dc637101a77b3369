import { UDP_HELLO_VERSION } from "../../../protocol/udp-session.ts";
import { AppError } from "../../errors.ts";
import type { DeviceIdentity, DeviceLink, LinkEvents } from "../../session/link.ts";
import type { AudioPath } from "./audio-path.ts";
import type { AudioPort } from "./audio-port.ts";

export interface MqttLinkOptions {
  readonly device: DeviceIdentity;
  readonly audio: AudioPort;
  /** Host and port that the device is told to send its audio to. */
  readonly audioHost: string;
  readonly audioPort: number;
  /** Sends one message to the device. */
  readonly send: (text: string) => void;
  /** Audio has come from the device. */
  readonly onActivity: () => void;
  /** The link has ended, whoever ended it. */
  readonly onEnd: (link: MqttLink) => void;
}

/** One session of a device: messages over its MQTT connection, which lives on afterwards, and audio over UDP. */
export class MqttLink implements DeviceLink {
  readonly transport = "udp";
  readonly device: DeviceIdentity;
  readonly #options: MqttLinkOptions;
  readonly #path: AudioPath;
  readonly #closePath: () => void;
  #events: LinkEvents | undefined;
  #isOpen = true;

  constructor(options: MqttLinkOptions) {
    this.device = options.device;
    this.#options = options;
    const { path, close } = options.audio.open({
      onAudio: (packet, timestamp) => this.#events?.onAudio(packet, timestamp),
      onActivity: options.onActivity,
    });
    this.#path = path;
    this.#closePath = close;
  }

  get greeting(): NonNullable<DeviceLink["greeting"]> {
    const { audioHost, audioPort } = this.#options;
    const [key, nonce] = [this.#path.key, this.#path.nonce].map((bytes) => Buffer.from(bytes).toString("hex"));
    const udp = { server: audioHost, port: audioPort, encryption: "aes-128-ctr", key, nonce };
    return { version: UDP_HELLO_VERSION, udp };
  }

  /** Id of the session on the wire; empty before there is one. */
  get sessionId(): string {
    return this.#events?.sessionId ?? "";
  }

  attach(events: LinkEvents): void {
    this.#events = events;
  }

  /** Hands a message of the device to the session. */
  deliver(text: string): void {
    if (this.#isOpen) this.#events?.onText(text);
  }

  /**
   * Lets the server say a text; resolves when it has been said.
   *
   * @throws AppError `cannot-speak` when the server cannot be asked for it
   */
  async say(text: string): Promise<void> {
    const { say } = this.#events ?? {};
    if (!say) throw new AppError("cannot-speak", "cannot-speak: the server of this session cannot be told what to say");
    await say(text);
  }

  sendText(text: string): void {
    if (this.#isOpen) this.#options.send(text);
  }

  sendAudio(packet: Uint8Array, timestamp?: number): void {
    if (this.#isOpen) this.#path.send(packet, timestamp);
  }

  /** The session ends the link: the device is told. */
  close(): void {
    this.sendText(JSON.stringify({ type: "goodbye", session_id: this.sessionId }));
    this.end();
  }

  /** The device has ended the session, or is gone: nobody is told but the session. */
  end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#closePath();
    this.#options.onEnd(this);
    this.#events?.onClose();
  }
}
