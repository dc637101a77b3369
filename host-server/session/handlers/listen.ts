import type { Listen } from "../../../protocol/to-server.ts";
import type { Conversation, Handler } from "../conversation.ts";

/** Listening begins, ends, or is replaced by a text: the wake word that was heard, or what a user typed. */
export const listen: Handler<Listen> = (conversation, message) => {
  switch (message.state) {
    case "start":
      return conversation.startListening(message.mode);
    case "stop":
      return conversation.stopListening();
    case "detect":
      return takeDetected(conversation, message.text);
  }
};

/** A device that is called by another says so in the place of a wake word; the rest is told to those who are there. */
const CALL = "[device_call]";

function takeDetected(conversation: Conversation, text: string): void {
  if (text.startsWith(CALL)) {
    // A device that is too busy for it has been named in the log.
    conversation.say(text.slice(CALL.length).trim()).catch(() => {});
  } else if (conversation.isWakeWord(text)) conversation.greet(text);
  else conversation.takeText(text);
}
