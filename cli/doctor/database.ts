import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { readStoredConfig } from "../../host-server/agents/stored-config.ts";
import { systemClock } from "../../host-server/clock.ts";
import { type Config, STAGE_NAMES, type StageName } from "../../host-server/config/schema.ts";
import {
  NOTHING_STORED,
  type StoredConfig,
  type StoredModel,
  withModel,
} from "../../host-server/config/stored-config.ts";
import { createLog } from "../../host-server/log.ts";
import type { Registry } from "../../host-server/providers/registry.ts";
import { DATABASE_FILE, openServerStorage } from "../../host-server/server/open-storage.ts";
import type { Finding } from "./finding.ts";
import { checkProvider } from "./stages.ts";

const topic = "What the console has set";

/** What the server's database says beside its file, as far as it can be read. */
export interface Stored {
  readonly stored: StoredConfig;
  readonly findings: readonly Finding[];
}

/** Reads the database of a configuration; one that is not there yet is left so. */
export async function readDatabase(config: Config, path: string): Promise<Stored> {
  const folder = dirname(path);
  const { url } = config.database;
  if (url === "" && !existsSync(join(folder, DATABASE_FILE))) return { stored: NOTHING_STORED, findings: [] };
  const log = createLog({ level: "silent" });
  try {
    const storage = await openServerStorage({ config, dataDirectory: folder, clock: systemClock, log });
    if (!storage) throw new Error(`${join(folder, DATABASE_FILE)} cannot be used`);
    const stored = await readStoredConfig(storage).finally(() => storage.close());
    const { parameters, models } = stored;
    const text = `${storage.engine}: ${parameters.length} parameters, ${models.length} models`;
    return { stored, findings: [{ topic, level: "good", text }] };
  } catch (error) {
    const text = `the database cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    return {
      stored: NOTHING_STORED,
      findings: [{ topic, level: "fault", text, advice: "database.url, docs/storage.md" }],
    };
  }
}

/** Whether the models of the database can be used that agents may choose; one that cannot is no fault of the server itself. */
export async function checkStoredModels(
  { models }: StoredConfig,
  given: { readonly config: Config; readonly registry: Registry; readonly data: string },
): Promise<Finding[]> {
  const chosen = models.filter(({ isEnabled, isPreferred }) => isEnabled && !isPreferred);
  return Promise.all(chosen.flatMap((model) => (isStage(model.stage) ? [checkModel(model, model.stage, given)] : [])));
}

async function checkModel(
  model: StoredModel,
  stage: StageName,
  { config, registry, data }: { readonly config: Config; readonly registry: Registry; readonly data: string },
): Promise<Finding> {
  const provider = registry[stage].find(({ name }) => name === model.provider);
  const settings = provider?.settings.safeParse(model.settings);
  const title = `model "${model.name}"`;
  if (!settings?.success) {
    const reason = provider ? settings?.error?.issues[0]?.message : `there is no ${stage} provider ${model.provider}`;
    return { topic, level: "warning", text: `${title}: ${reason}`, advice: "the page Models of the console" };
  }
  const own = withModel(config[stage] as never, { ...model, settings: settings.data as StoredModel["settings"] });
  const found = await checkProvider(stage, model.provider, { config: { ...config, [stage]: own }, registry, data });
  const { level, text, advice } = found;
  const isWrong = level === "fault";
  return {
    topic,
    level: isWrong ? "warning" : level,
    text: `${title}, ${text}`,
    ...(isWrong ? { advice: "the page Models of the console" } : advice !== undefined && { advice }),
  };
}

function isStage(name: string): name is StageName {
  return STAGE_NAMES.some((stage) => stage === name);
}
