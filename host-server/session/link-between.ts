import type { ServerHello } from "../../protocol/to-device.ts";
import type { DeviceIdentity, DeviceLink, LinkEvents } from "./link.ts";

/**
 * Stands between a link and its session and passes everything on; whoever looks at something overrides that. One object with the methods
 * of its class: functions of its own for each device would take half a kilobyte.
 */
export class LinkBetween implements DeviceLink, LinkEvents {
  protected readonly link: DeviceLink;
  protected events: LinkEvents | undefined;

  constructor(link: DeviceLink) {
    this.link = link;
  }

  get device(): DeviceIdentity {
    return this.link.device;
  }

  get transport(): string {
    return this.link.transport;
  }

  get greeting(): Pick<ServerHello, "version" | "udp"> {
    return this.link.greeting ?? {};
  }

  get sessionId(): string {
    return this.events?.sessionId ?? "";
  }

  get say(): LinkEvents["say"] {
    const { events } = this;
    return events?.say && ((text) => events.say?.(text) ?? Promise.resolve());
  }

  attach(events: LinkEvents): void {
    this.events = events;
    this.link.attach(this);
  }

  sendText(text: string): void {
    this.link.sendText(text);
  }

  sendAudio(packet: Uint8Array, timestamp?: number): void {
    this.link.sendAudio(packet, timestamp);
  }

  close(): void {
    this.link.close();
  }

  onText(text: string): void {
    this.events?.onText(text);
  }

  onAudio(packet: Uint8Array, timestamp: number): void {
    this.events?.onAudio(packet, timestamp);
  }

  onClose(): void {
    this.events?.onClose();
  }
}
