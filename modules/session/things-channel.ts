import type { LegacyThings } from "../../mcp/legacy-things.ts";
import { detached } from "../system/contained.ts";
import type { Channel, OpenChannel } from "../transport/channel.ts";

function tell(channel: Channel, content: object): void {
  channel.sendText(JSON.stringify({ session_id: channel.sessionId, type: "iot", update: true, ...content }));
}

async function introduce(channel: Channel, things: LegacyThings): Promise<void> {
  tell(channel, { descriptors: await things.descriptors() });
  tell(channel, { states: await things.states() });
}

async function obey(channel: Channel, things: LegacyThings, commands: readonly unknown[]): Promise<void> {
  for (const command of commands) await things.run(command);
  tell(channel, { states: await things.states() });
}

/**
 * Channels that introduce the device's things to the server once they are open, and take its `iot` commands. Legacy: for
 * servers from before MCP.
 */
export function withThings(open: OpenChannel, things: LegacyThings): OpenChannel {
  return (events) => {
    const channel: Channel = open({
      ...events,
      onOpen: () => {
        detached("things", introduce(channel, things));
        events.onOpen();
      },
      onMessage: (message) => {
        if (message.type === "iot") detached("things", obey(channel, things, message.commands));
        else events.onMessage(message);
      },
    });
    return channel;
  };
}
