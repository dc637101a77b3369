import type { LiveEvent } from "../../host-server/console/contract/live.ts";

type Of<Type extends LiveEvent["type"]> = Extract<LiveEvent, { readonly type: Type }>;

/** What one line of the conversation shows. */
export interface Line {
  readonly key: number;
  readonly who: "user" | "assistant";
  readonly text: string;
  readonly at: number;
  /** Name of the user, where the voice is known. */
  readonly speaker?: string;
}

/** Everything that the live view of a device shows. */
export interface LiveState {
  readonly isConnected: boolean;
  readonly state: Of<"state">["state"];
  readonly lines: readonly Line[];
  readonly turns: readonly Of<"turn">[];
  readonly logs: readonly Of<"log">[];
  readonly level: { readonly up: number; readonly down: number };
  readonly heapBytes: number | undefined;
  readonly emotion: string | undefined;
  /** Counts lines, for their keys. */
  readonly count: number;
}

/** What is kept of each; an open page must not grow for ever. */
const KEPT = { lines: 200, turns: 20, logs: 200 };

export const NOTHING: LiveState = {
  isConnected: false,
  state: "offline",
  lines: [],
  turns: [],
  logs: [],
  level: { up: 0, down: 0 },
  heapBytes: undefined,
  emotion: undefined,
  count: 0,
};

function lineOf(state: LiveState, who: Line["who"], { text, at }: { readonly text: string; readonly at: number }) {
  const line: Line = { key: state.count, who, text, at };
  return { ...state, lines: [...state.lines, line].slice(-KEPT.lines), count: state.count + 1 };
}

/** Who has spoken is known when the turn is over: it is written beside what was heard. */
function withSpeaker(lines: readonly Line[], { heard, speaker }: Of<"turn">): readonly Line[] {
  const last = lines.findLast(({ who, text }) => who === "user" && text === heard);
  if (!last || speaker === undefined) return lines;
  return lines.map((line) => (line === last ? { ...line, speaker } : line));
}

/** The view after one event more. */
export function afterEvent(state: LiveState, event: LiveEvent): LiveState {
  switch (event.type) {
    case "state":
      return { ...state, state: event.state };
    case "heard":
      return lineOf(state, "user", event);
    case "said":
      return lineOf(state, "assistant", event);
    case "emotion":
      return { ...state, emotion: event.emotion };
    case "turn":
      return {
        ...state,
        lines: withSpeaker(state.lines, event),
        turns: [event, ...state.turns].slice(0, KEPT.turns),
        level: NOTHING.level,
      };
    case "level":
      return { ...state, level: { up: event.up, down: event.down } };
    case "log":
      return { ...state, logs: [event, ...state.logs].slice(0, KEPT.logs) };
    case "heap":
      return { ...state, heapBytes: event.bytes };
    default:
      // A newer server may tell more.
      return state;
  }
}
