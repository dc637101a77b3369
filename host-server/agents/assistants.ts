import type { Clock } from "../../protocol/clock.ts";
import { AgentConfigs } from "../config/agent-config.ts";
import type { Config, ProviderTable } from "../config/schema.ts";
import type { StoredConfig } from "../config/stored-config.ts";
import type { Log } from "../log.ts";
import type { Memories } from "../memory/memories.ts";
import type { Tts } from "../providers/tts.ts";
import type { Voiceprint } from "../providers/voiceprint.ts";
import { Greeter } from "../session/greeter.ts";
import type { SessionOptions } from "../session/session-options.ts";
import { sessionSettings, voiceOf } from "../settings.ts";
import type { Stages } from "../stages.ts";
import type { Storage } from "../storage/storage.ts";
import type { ToolCaller, ToolSource } from "../tools/source.ts";
import { type Agent, agentsOf } from "./directory.ts";
import { StoredAgents } from "./stored-agents.ts";

export interface AssistantsOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly dataDirectory: string;
  readonly providers: ProviderTable;
  /** The stages for a configuration, shared with those for others where they do not differ. */
  readonly stagesFor: (config: Config) => Stages;
  readonly memories: Memories;
  /** The tools that the server brings for a device whose agent has these plugins. */
  readonly sourcesFor: (caller: ToolCaller, plugins: Config["plugins"], agent: string | null) => readonly ToolSource[];
  /** Where there is a database, its agents are those of the devices that it knows. */
  readonly storage?: Storage | undefined;
  /** What of the database the configuration was made of. */
  readonly stored?: StoredConfig | undefined;
  /** Called when the configuration is to be made anew, for the database says something else. */
  readonly onStored: (stored: StoredConfig) => void;
}

/** What a session has of its agent. */
export type AgentParts = Pick<
  SessionOptions,
  "stages" | "outlookOf" | "sourcesFor" | "greeter" | "settings" | "memory"
>;

/** An assistant, ready for sessions. */
export interface Assistant {
  /** Id of the agent; null for the server's own. */
  readonly agent: string | null;
  readonly config: Config;
  readonly parts: AgentParts;
}

/** Who answers which device: the server's own assistant, or an agent of the configuration or the database. */
export class Assistants {
  readonly #options: AssistantsOptions;
  readonly #configs: AgentConfigs;
  readonly #stored: StoredAgents | undefined;
  readonly #greeters = new Map<string, Greeter>();
  readonly #ready = new Map<string, Assistant>();
  #config: Config;

  constructor(options: AssistantsOptions) {
    const { config, providers, storage, log, stored, onStored } = options;
    this.#options = options;
    this.#config = config;
    this.#configs = new AgentConfigs(providers, (id) => this.#stored?.model(id));
    const onChange = () => this.#ready.clear();
    if (storage) this.#stored = new StoredAgents({ storage, log, stored, onChange, onStored });
  }

  /** Reads the agents of the database, and the greetings of the server's own. @throws StorageError */
  async start(): Promise<void> {
    await this.#stored?.start();
    await this.#own().parts.greeter.load(this.#config.wakeup_replies);
  }

  stop(): void {
    this.#stored?.close();
  }

  /** Sessions that begin from now on have this configuration. */
  reload(config: Config): void {
    this.#config = config;
    this.#ready.clear();
  }

  /** Has agents that were changed in the database take effect now. @throws StorageError */
  async refresh(): Promise<void> {
    await this.#stored?.refresh();
  }

  /** Whether somebody has bound a device, by the configuration or in the database. */
  isBound(deviceId: string): boolean {
    return Object.hasOwn(this.#config.devices, deviceId.toLowerCase()) || (this.#stored?.isBound(deviceId) ?? false);
  }

  /** From when on (ms) what a device was given to log in with is good; 0: always. */
  accessFrom(deviceId: string): number {
    return this.#stored?.accessFrom(deviceId) ?? 0;
  }

  /** The account that a device belongs to in the database; undefined for nobody's. */
  ownerOf(deviceId: string): string | undefined {
    return this.#stored?.ownerOf(deviceId);
  }

  /** The assistant of a device. What the configuration says of a device goes before what the database does. */
  of(deviceId: string): Assistant {
    const agent = agentsOf(this.#config).agentOf(deviceId) ?? this.#stored?.agentOf(deviceId);
    return agent ? this.#ofAgent(agent) : this.#own();
  }

  /** Who knows the people of an agent of the database by their voices; undefined where nobody does. */
  voiceprintOf(agentId: string): Voiceprint | undefined {
    const agent = this.#stored?.agent(agentId);
    return agent && this.#ofAgent(agent).parts.stages.voiceprint;
  }

  #own(): Assistant {
    return this.#keep("", () => this.#prepare(null, this.#config));
  }

  /** An agent that cannot be used must not keep its devices from being answered. */
  #ofAgent({ id, name, settings }: Agent): Assistant {
    return this.#keep(` ${id}`, () => {
      try {
        return this.#prepare(id, this.#configs.of(this.#config, name, settings));
      } catch (error) {
        return this.#withoutModels({ id, name, settings }, error);
      }
    });
  }

  #withoutModels({ id, name, settings }: Agent, reason: unknown): Assistant {
    const { log } = this.#options;
    const { models, ...rest } = settings;
    try {
      const assistant =
        models === undefined ? undefined : this.#prepare(id, this.#configs.of(this.#config, name, rest));
      if (assistant) log.error({ agent: name, error: reason }, "an agent's models cannot be used: it has the server's");
      if (assistant) return assistant;
    } catch {
      // It is not the models: the reason is said below.
    }
    log.error({ agent: name, error: reason }, "an agent cannot be used: the server's own takes its place");
    return this.#own();
  }

  #keep(key: string, make: () => Assistant): Assistant {
    const assistant = this.#ready.get(key) ?? make();
    this.#ready.set(key, assistant);
    return assistant;
  }

  #prepare(agent: string | null, config: Config): Assistant {
    const { log, stagesFor, sourcesFor, memories } = this.#options;
    const stages = stagesFor(config);
    const settings = sessionSettings(config, log);
    const parts: AgentParts = {
      stages,
      outlookOf: stages.outlookOf,
      sourcesFor: (caller) => sourcesFor(caller, config.plugins, agent),
      greeter: this.#greeterFor(settings.replacementWords.spokenBy(stages.tts), config),
      memory: memories.of(agent, config, stages.llm),
      settings,
    };
    return { agent, config, parts };
  }

  #greeterFor(tts: Tts, config: Config): Greeter {
    const { replacement_words: words } = config;
    const voice = words.length === 0 ? voiceOf(config) : JSON.stringify([voiceOf(config), words]);
    const { clock, log, dataDirectory } = this.#options;
    const directory = `${dataDirectory}/greetings`;
    const greeter = this.#greeters.get(voice) ?? new Greeter({ tts, voice, directory, clock, log });
    this.#greeters.set(voice, greeter);
    return greeter;
  }
}
