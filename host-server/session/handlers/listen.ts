import type { Listen } from "../../../protocol/to-server.ts";
import type { Handler } from "../conversation.ts";

/** Listening begins, ends, or is replaced by a text: the wake word that was heard, or what a user typed. */
export const listen: Handler<Listen> = (conversation, message) => {
  switch (message.state) {
    case "start":
      return conversation.startListening(message.mode);
    case "stop":
      return conversation.stopListening();
    case "detect":
      return conversation.takeText(message.text);
  }
};
