import type { Clock } from "../../protocol/clock.ts";
import type { DeviceIdentity, DeviceLink, LinkEvents } from "../session/link.ts";
import { PacketTimes } from "./packet-times.ts";
import { frameFromServer, readServerFrame } from "./server-frame.ts";

const SPEECH_START = /^\{"type":"tts","state":"start"/;

/** A device behind a gateway that dialled our WebSocket: the same messages, and audio with a header. */
export class GatewayLink implements DeviceLink {
  readonly transport: string;
  readonly device: DeviceIdentity;
  readonly #inner: DeviceLink;
  readonly #clock: Clock;
  readonly #times = new PacketTimes();
  #sequence = 0;

  /** `inner` carries binary messages as they are. */
  constructor(inner: DeviceLink, clock: Clock) {
    this.#inner = inner;
    this.#clock = clock;
    this.transport = inner.transport;
    this.device = inner.device;
  }

  attach(events: LinkEvents): void {
    this.#inner.attach({
      sessionId: events.sessionId,
      onText: (text) => events.onText(text),
      onAudio: (message) => {
        const frame = readServerFrame(message);
        if (frame) events.onAudio(frame.audio, frame.timestamp);
      },
      onClose: () => events.onClose(),
    });
  }

  sendText(text: string): void {
    // As in the reference the numbers of the frames begin anew with each answer.
    if (SPEECH_START.test(text)) this.#sequence = 0;
    this.#inner.sendText(text);
  }

  sendAudio(audio: Uint8Array, timestamp = Math.floor(this.#clock.now())): void {
    const frame = { audio, timestamp: this.#times.take(timestamp) };
    this.#inner.sendAudio(frameFromServer(frame, this.#sequence));
    this.#sequence = (this.#sequence + 1) >>> 0;
  }

  close(): void {
    this.#inner.close();
  }
}
