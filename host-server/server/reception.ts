import type { AgentParts, Assistants } from "../agents/assistants.ts";
import type { Config } from "../config/schema.ts";
import type { Console } from "../console/console.ts";
import type { History } from "../history/history.ts";
import { SoundRecorder } from "../history/sound-recorder.ts";
import { BusClaims } from "../home/bus-claims.ts";
import { CalledLink, type CalledRules } from "../home/called-link.ts";
import type { Claims } from "../home/claims.ts";
import { homeOf } from "../home/home.ts";
import { HomeClaims } from "../home/home-claims.ts";
import type { Metrics } from "../metrics.ts";
import type { Bus } from "../nodes/bus.ts";
import type { Nodes } from "../nodes/nodes.ts";
import { Deadlines } from "../session/deadlines.ts";
import type { DeviceLink } from "../session/link.ts";
import type { Roster } from "../session/roster.ts";
import { Session } from "../session/session.ts";
import type { SessionOptions } from "../session/session-options.ts";

/** What is the same for all sessions, whatever their agent. */
export type SharedOptions = Omit<SessionOptions, keyof AgentParts | "deadlines">;

export interface ReceptionOptions {
  readonly assistants: Assistants;
  readonly shared: SharedOptions;
  readonly sessions: Roster<Session>;
  readonly history: History | undefined;
  readonly metrics: Metrics;
  readonly console: Console | undefined;
  /** The other nodes, where there are any: devices of a home may be at several. */
  readonly bus?: Bus | undefined;
  readonly nodes?: Nodes | undefined;
  /** The configuration as it is now. */
  readonly config: () => Config;
}

/** Opens sessions for devices that connect. Who keeps or shows what is said stands between a link and its session. */
export class Reception {
  readonly #options: ReceptionOptions;
  readonly #rules: CalledRules;
  readonly #deadlines: Deadlines;
  /** What all sessions of an agent are given: one object, for they are many. */
  readonly #optionsOf = new WeakMap<AgentParts, SessionOptions>();

  constructor(options: ReceptionOptions) {
    this.#options = options;
    const { bus, nodes } = options;
    const { clock } = options.shared;
    this.#deadlines = new Deadlines(clock);
    const local = new HomeClaims(clock, () => {
      const { choose, window } = options.config().answerer;
      return { choose, windowMs: window * 1000 };
    });
    this.#rules = calledRules(options, bus && nodes ? new BusClaims({ bus, nodes, clock, local }) : local);
  }

  /** A device has connected. */
  receive(link: DeviceLink): void {
    const { assistants, shared, sessions, history, console } = this.#options;
    const { deviceId } = link.device;
    const { agent, config, parts } = assistants.of(deviceId);
    const called = this.#among(link, parts.settings.wakeWords);
    const sound = config.chat_history === "text+audio" && history ? new SoundRecorder(shared.clock) : undefined;
    const heard = sound?.receive(called, parts.stages) ?? { link: called, stages: parts.stages };
    const received = console?.receive(heard.link, heard.stages) ?? heard;
    const common = this.#sessionOptions(parts);
    const isCommon = received.stages === parts.stages;
    const session = new Session(received.link, isCommon ? common : { ...common, stages: received.stages });
    sessions.add(session);
    history?.begin({ id: session.id, device: deviceId, agent }, config.chat_history !== "none", sound);
  }

  #sessionOptions(parts: AgentParts): SessionOptions {
    const known = this.#optionsOf.get(parts);
    if (known) return known;
    const options = { ...this.#options.shared, ...parts, deadlines: this.#deadlines };
    this.#optionsOf.set(parts, options);
    return options;
  }

  /** The same link among those of its home, of which one answers when all are called. */
  #among(link: DeviceLink, wakeWords: AgentParts["settings"]["wakeWords"]): DeviceLink {
    const home = homeOf(link.device, this.#options.assistants.ownerOf(link.device.deviceId));
    return home === undefined ? link : new CalledLink(link, { rules: this.#rules, home, wakeWords });
  }
}

function calledRules({ config, metrics, shared }: ReceptionOptions, claims: Claims): CalledRules {
  return {
    claims,
    get needsLoudness() {
      return config().answerer.choose === "loudest";
    },
    onAnswer: () => metrics.called("answered"),
    onSilenced: (device) => {
      metrics.called("silenced");
      shared.log.info({ device }, "silent: another device of this home answers");
    },
  };
}
