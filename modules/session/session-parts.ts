import type { McpServer } from "../../mcp/server.ts";
import type { Clock } from "../../protocol/clock.ts";
import type { ToDevice } from "../../protocol/to-device.ts";
import type { PromptName } from "../audio/prompts/prompt-file.ts";
import type { Speaker } from "../audio/speaker.ts";
import type { OpenChannel } from "../transport/channel.ts";
import type { EarsParts } from "./ears.ts";
import type { NotificationParts } from "./notification.ts";
import type { StateMachine } from "./state-machine.ts";

export interface SessionParts
  extends Pick<EarsParts, "createMicrophone" | "wakeWord" | "sendsWakeSound" | "onVoice">,
    Pick<NotificationParts, "openSound" | "onceLost"> {
  readonly clock: Clock;
  readonly machine: StateMachine;
  readonly openChannel: OpenChannel;
  readonly speaker: Speaker;
  readonly mcp: McpServer;
  /** Who takes the device's own voice out of what it hears; undefined: nobody, so that it listens only in turn. */
  readonly echoCancel: () => EchoCancel | undefined;
  /** ms after an answer in which the user may go on without a click; 0: the server decides how long to listen. */
  readonly followUpMs: () => number;
  /** A line that the user should see, with the name of a picture for it; `sound` goes with it. */
  readonly onAlert: (text: string, picture?: string, sound?: PromptName) => void;
  /** A message of the server: what it says and how it looks is for a screen. */
  readonly onMessage?: ((message: ToDevice) => void) | undefined;
  readonly restart: () => void;
}

/** The device itself, or the server with the device's help. */
export type EchoCancel = "device" | "server";

/** Who woke the device says so to the server. */
export interface WakeCall {
  readonly text: string;
  /** The sound of it; none when the device speaks for its user. */
  readonly packets: readonly Uint8Array[];
}
