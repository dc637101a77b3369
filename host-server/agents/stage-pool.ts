import type { Config } from "../config/schema.ts";
import { createStages, type ShareStage, type Stages, type StagesContext } from "../stages.ts";
import type { Crew } from "../workers/worker-pool.ts";
import { OnDemand, RestingAsr, RestingTts, RestingVad, RestingVoiceprint } from "./resting-stages.ts";

/** What stands for a stage whose models are freed while nobody needs it; the other stages hold nothing but connections. */
const RESTING: { readonly [stage: string]: new (stage: OnDemand<never>) => { close(): Promise<void> } } = {
  vad: RestingVad,
  asr: RestingAsr,
  tts: RestingTts,
  voiceprint: RestingVoiceprint,
};

/** Stages of several agents: whoever has the same settings has the same stage, and its models are loaded once. */
export class StagePool {
  readonly #context: StagesContext;
  /** The threads of all stages. */
  readonly crews = new Set<Crew>();
  readonly #stages = new Map<string, { close(): Promise<void> }>();

  constructor(context: StagesContext) {
    this.#context = { ...context, crews: this.crews };
  }

  /** The stages that a configuration names, loaded for good. @throws ConfigError */
  keep(config: Config): Stages {
    return createStages(config, this.#context, (stage, key, make) => this.#share(stage + key, make));
  }

  /** The stages that a configuration names; those that nobody uses for half an hour free their models. @throws ConfigError */
  stagesFor(config: Config): Stages {
    const share: ShareStage = (name, key, make) => {
      const Resting = RESTING[name];
      return this.#share(name + key, () => {
        if (!Resting) return make();
        return new Resting(new OnDemand(make, this.#context.clock) as never) as ReturnType<typeof make>;
      });
    };
    return createStages(config, this.#context, share);
  }

  /** Frees what all of them hold. */
  async close(): Promise<void> {
    await Promise.all([...this.#stages.values()].map((stage) => stage.close()));
  }

  #share<Stage extends { close(): Promise<void> }>(key: string, make: () => Stage): Stage {
    const stage = (this.#stages.get(key) as Stage | undefined) ?? make();
    this.#stages.set(key, stage);
    return stage;
  }
}
