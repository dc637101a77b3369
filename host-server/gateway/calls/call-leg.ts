import type { LinkEvents } from "../../session/link.ts";
import type { MqttLink } from "../mqtt/link.ts";

/** 60 ms of silence in Opus: three frames of 20 ms (RFC 6716, 3.2.5). */
const SILENCE = Uint8Array.of(0xfb, 0x03, 0xff, 0xfe, 0xff, 0xfe, 0xff, 0xfe);

/** Whom a device speaks to in a call. */
export interface CallPeer {
  /** MAC address as the device wrote it. */
  readonly deviceId: string;
  /** Plays one Opus packet. */
  hear(packet: Uint8Array): void;
  /** Ends the call, and tells the device. */
  end(): void;
}

/** One device in a call, in the place of its session: it hears silence, and, once there is one, its peer. */
export class CallLeg implements LinkEvents, CallPeer {
  readonly sessionId: string;
  readonly #link: MqttLink;
  readonly #onEnd: () => void;
  #peer: CallPeer | undefined;
  #isOpen = true;

  /** `link` is the device's link from now on, which had this session until now; `onEnd` is called once. */
  constructor(link: MqttLink, sessionId: string, onEnd: () => void) {
    this.#link = link;
    this.sessionId = sessionId;
    this.#onEnd = onEnd;
    link.attach(this);
  }

  /** The device waits: what its server was saying has ended, and it is heard again. */
  ring(): void {
    this.#tell({ type: "tts", state: "stop", session_id: this.sessionId });
  }

  get deviceId(): string {
    return this.#link.device.deviceId;
  }

  /**
   * The device speaks to this peer from now on; the peer is joined likewise. `tts start` opens the ears of a device that takes
   * sound only while its server speaks; one that cancels its own echo goes on listening meanwhile.
   */
  join(peer: CallPeer): void {
    if (!this.#isOpen) return peer.end();
    this.#peer = peer;
    this.#tell({ type: "call_accepted", from: peer.deviceId });
    this.#tell({ type: "tts", state: "start", session_id: this.sessionId });
  }

  // The time is our own: with 0, as the reference gateway has it, key streams of packets would overlap.
  hear(packet: Uint8Array): void {
    this.#link.sendAudio(packet);
  }

  onText(): void {
    // What a device tells its server is of no use to another device.
  }

  onAudio(packet: Uint8Array): void {
    if (this.#peer) this.#peer.hear(packet);
    else this.hear(SILENCE);
  }

  /** The device has left the call: so does the other one. */
  onClose(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#onEnd();
    this.#peer?.end();
  }

  /** Ends the call, and tells this device by a goodbye. */
  end(): void {
    if (this.#isOpen) this.#link.close();
  }

  #tell(message: object): void {
    this.#link.sendText(JSON.stringify(message));
  }
}
