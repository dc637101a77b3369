import type { Config } from "../config/schema.ts";
import type { ProviderContext } from "../providers/provider.ts";
import { createStages, type Stages } from "../stages.ts";

/** Stages of several agents: whoever has the same settings has the same stage, and its models are loaded once. */
export class StagePool {
  readonly #context: ProviderContext;
  readonly #stages = new Map<string, { close(): Promise<void> }>();

  constructor(context: ProviderContext) {
    this.#context = context;
  }

  /** The stages that a configuration names. @throws ConfigError */
  stagesFor(config: Config): Stages {
    return createStages(config, this.#context, (key, make) => {
      const known = this.#stages.get(key) as ReturnType<typeof make> | undefined;
      const stage = known ?? make();
      this.#stages.set(key, stage);
      return stage;
    });
  }

  /** Frees what all of them hold. */
  async close(): Promise<void> {
    await Promise.all([...this.#stages.values()].map((stage) => stage.close()));
  }
}
