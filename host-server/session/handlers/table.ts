import type { ToServer } from "../../../protocol/to-server.ts";
import type { Handler } from "../conversation.ts";
import { hello } from "./hello.ts";
import { listen } from "./listen.ts";
import { ping } from "./ping.ts";

type Handlers = { readonly [type in ToServer["type"]]: Handler<Extract<ToServer, { type: type }>> };

/** What to do with each type of message. */
export const handlers: Handlers = Object.freeze({
  hello,
  listen,
  ping,
  abort: (conversation) => conversation.interrupt(),
  mcp: (conversation, { payload }) => conversation.acceptMcp(payload),
  // A WebSocket device leaves by closing its socket.
  goodbye: (conversation) => {
    if (conversation.transport !== "websocket") conversation.close();
  },
  iot: (conversation, things) => conversation.acceptIot(things),
  server: (conversation, command) => conversation.manage(command),
} satisfies Handlers);
