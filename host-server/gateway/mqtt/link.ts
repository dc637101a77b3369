import { UDP_HELLO_VERSION } from "../../../protocol/udp-session.ts";
import { AppError } from "../../errors.ts";
import type { DeviceIdentity, DeviceLink, LinkEvents } from "../../session/link.ts";
import type { AudioCarrier, OpenAudio } from "./audio-carrier.ts";

export interface MqttLinkOptions {
  readonly device: DeviceIdentity;
  readonly audio: AudioCarrier;
  /** Host and port that the device is told to send its audio to, for a port of `audio`. */
  readonly audioAddress: (lane: number) => { readonly host: string; readonly port: number };
  /** Sends one message to the device. */
  readonly send: (text: string) => void;
  /** Audio has come from the device. */
  readonly onActivity: () => void;
  /** The link has ended, whoever ended it. */
  readonly onEnd: (link: MqttLink) => void;
}

/** The audio of a session, which goes to one link at a time. */
interface LinkedAudio extends OpenAudio {
  link: MqttLink | undefined;
}

/** One session of a device: messages over its MQTT connection, which lives on afterwards, and audio over UDP. */
export class MqttLink implements DeviceLink {
  readonly transport = "udp";
  readonly device: DeviceIdentity;
  readonly #options: MqttLinkOptions;
  readonly #audio: LinkedAudio;
  #events: LinkEvents | undefined;
  #isOpen = true;

  /** `audio` is that of a link which this one follows. */
  constructor(options: MqttLinkOptions, audio: LinkedAudio = openAudio(options)) {
    this.device = options.device;
    this.#options = options;
    this.#audio = audio;
    audio.link = this;
  }

  get greeting(): NonNullable<DeviceLink["greeting"]> {
    const { host: server, port } = this.#options.audioAddress(this.#audio.lane);
    const [key, nonce] = [this.#audio.path.key, this.#audio.path.nonce].map((bytes) =>
      Buffer.from(bytes).toString("hex"),
    );
    const udp = { server, port, encryption: "aes-128-ctr", key, nonce };
    return { version: UDP_HELLO_VERSION, udp };
  }

  /** Id of the session on the wire; empty before there is one. */
  get sessionId(): string {
    return this.#events?.sessionId ?? "";
  }

  attach(events: LinkEvents): void {
    this.#events = events;
  }

  /**
   * Takes the device away from its session, which ends without the device being told; gives a link for whoever takes the
   * session's place. What the session still says goes nowhere.
   */
  handOver(): MqttLink {
    const next = new MqttLink(this.#options, this.#audio);
    this.#isOpen = false;
    this.#events?.onClose();
    return next;
  }

  /** Hands one packet of the device to the session. */
  deliverAudio(packet: Uint8Array, timestamp: number): void {
    this.#events?.onAudio(packet, timestamp);
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
    const events = this.#events;
    if (!events?.say) {
      throw new AppError("cannot-speak", "cannot-speak: the server of this session cannot be told what to say");
    }
    await events.say(text);
  }

  sendText(text: string): void {
    if (this.#isOpen) this.#options.send(text);
  }

  sendAudio(packet: Uint8Array, timestamp?: number): void {
    if (this.#isOpen) this.#audio.path.send(packet, timestamp);
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
    this.#audio.close();
    this.#options.onEnd(this);
    this.#events?.onClose();
  }
}

function openAudio({ audio, onActivity }: MqttLinkOptions): LinkedAudio {
  const onAudio = (packet: Uint8Array, timestamp: number) => linked.link?.deliverAudio(packet, timestamp);
  const { path, lane, close } = audio.open({ onAudio, onActivity, onLost: () => linked.link?.close() });
  const linked: LinkedAudio = { path, lane, close, link: undefined };
  return linked;
}
