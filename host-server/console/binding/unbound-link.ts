import { parseToServer } from "../../../protocol/to-server.ts";
import type { Llm } from "../../providers/llm.ts";
import type { DeviceLink, LinkEvents } from "../../session/link.ts";

/** A model that says nothing but where to bind the device. */
export function bindingLlm(words: () => Promise<string>): Llm {
  return {
    async *reply() {
      yield { type: "text", text: await words() };
    },
    close: async () => {},
  };
}

/** The same link, but that the device says where to bind it as soon as its hello was answered. */
export function unboundLink(link: DeviceLink, words: () => Promise<string>): DeviceLink {
  return {
    device: link.device,
    transport: link.transport,
    get greeting() {
      return link.greeting ?? {};
    },
    attach: (events) => link.attach(announcing(events, words)),
    sendText: (text) => link.sendText(text),
    sendAudio: (packet, timestamp) => link.sendAudio(packet, timestamp),
    close: () => link.close(),
  };
}

function announcing(events: LinkEvents, words: () => Promise<string>): LinkEvents {
  let hasSaid = false;
  return {
    sessionId: events.sessionId,
    onText: (text) => {
      events.onText(text);
      if (hasSaid || !isHello(text)) return;
      hasSaid = true;
      // A device that cannot be told now is told when somebody speaks to it.
      void words()
        .then((spoken) => events.say?.(spoken))
        .catch(() => {});
    },
    onAudio: (packet, timestamp) => events.onAudio(packet, timestamp),
    ...(events.say && { say: (text: string) => events.say?.(text) ?? Promise.resolve() }),
    onClose: () => events.onClose(),
  };
}

function isHello(text: string): boolean {
  try {
    return parseToServer(text).type === "hello";
  } catch {
    // The session says what is wrong with it.
    return false;
  }
}
