import type { Clock } from "../../protocol/clock.ts";
import type { VisionAccess } from "../../protocol/mcp.ts";
import type { ServerResult } from "../../protocol/to-device.ts";
import type { ServerCommand } from "../../protocol/to-server.ts";
import type { Log } from "../log.ts";
import type { Memory } from "../memory/memory.ts";
import type { Pacer } from "../pipeline/pace/pacer.ts";
import type { TurnOptions } from "../pipeline/turn.ts";
import type { TurnCounters } from "../pipeline/turn-counters.ts";
import type { TurnLimits } from "../pipeline/turn-limits.ts";
import type { TurnReport } from "../pipeline/turn-report.ts";
import type { ReplacementWords } from "../pipeline/words/replacement-words.ts";
import type { ContextSource } from "../prompt/context-sources.ts";
import type { TurnEnd } from "../providers/turn-end.ts";
import type { Vad } from "../providers/vad.ts";
import type { Voiceprint } from "../providers/voiceprint.ts";
import type { Deadlines } from "./deadlines.ts";
import type { Greeter } from "./greeter.ts";
import type { DeviceIdentity } from "./link.ts";
import type { McpChannels } from "./mcp-channels.ts";
import type { OutputLimit } from "./output-limit.ts";
import type { Phrases } from "./phrases.ts";
import type { Session } from "./session.ts";
import type { SessionToolsOptions } from "./session-tools.ts";

/** What every session of a server shares. */
export interface SessionOptions {
  readonly stages: TurnOptions["stages"] & {
    readonly vad: Vad;
    readonly voiceprint?: Voiceprint | undefined;
    readonly turnEnd?: TurnEnd | undefined;
  };
  readonly outlookOf: TurnOptions["outlookOf"];
  readonly sourcesFor: SessionToolsOptions["sourcesFor"];
  readonly pacer: Pacer;
  readonly greeter: Greeter;
  readonly mcpChannels: McpChannels;
  /** Where a device may ask about pictures; undefined when it cannot. */
  readonly visionFor: (device: DeviceIdentity) => VisionAccess | undefined;
  readonly outputs: OutputLimit;
  readonly counters: TurnCounters;
  /** What is remembered of earlier conversations; undefined for nothing. */
  readonly memory: Memory | undefined;
  /** Minutes east of UTC where devices are. */
  readonly timezoneMinutes: () => number;
  readonly clock: Clock;
  /** Of all sessions. */
  readonly deadlines: Deadlines;
  readonly log: Log;
  readonly settings: SessionSettings;
  /** Does what a console says; gives the answer to it. */
  readonly manage: (command: ServerCommand) => ServerResult | undefined;
  readonly onTurn: (report: TurnReport) => void;
  readonly onClose: (session: Session) => void;
}

export interface SessionSettings {
  /** Tells the model who it is. */
  readonly prompt: string;
  /** What surrounds the prompt, as text; empty for nothing. */
  readonly promptTemplate: string;
  /** Programs that know something about a device. */
  readonly contextSources: readonly ContextSource[];
  /** What the model is told of people whose voices are known; empty for nothing. */
  readonly speakersNote: string;
  /** Words that are spoken otherwise than they are written. */
  readonly replacementWords: ReplacementWords;
  /** Said when the model fails. */
  readonly apology: string;
  /** ms without voice after which the connection is closed. */
  readonly noVoiceMs: number;
  readonly toolTimeoutMs: number;
  /** Turns that may be under way or wait at once. */
  readonly turnsPerDevice: number;
  readonly limits: TurnLimits;
  /** Whether answers may be begun before the end of speech is sure. */
  readonly speculates: boolean;
  /** Whether a voice interrupts before it is known what it says, where the device's own voice is not heard. */
  readonly voiceInterrupts: boolean;
  /** About how much of the conversation a model is given, in tokens. */
  readonly historyTokens: number;
  /** Whether a summary stands for what is forgotten. */
  readonly sumsUp: boolean;
  readonly answersPings: boolean;
  /** What devices send when they were called. */
  readonly wakeWords: Phrases;
  /** Whether they answer. */
  readonly greets: boolean;
  /** What they say then, in turn; without any the model answers. */
  readonly greetings: readonly string[];
  /** What the model answers when nobody has spoken for a while; undefined: the connection is closed without a word. */
  readonly endPrompt: string | undefined;
  /** Ends the conversation at once. */
  readonly exitCommands: Phrases;
  /** Frames of PCM that follow each answer. */
  readonly closingTone: readonly Int16Array[];
  /** Characters that a device is told on one day, and what it is told then; 0: no limit. */
  readonly dailyCharacters: number;
  readonly dailyRefusal: string;
}
