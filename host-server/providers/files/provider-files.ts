import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import type { Clock } from "../../../protocol/clock.ts";
import { shown } from "../../../protocol/errors.ts";
import { isObject } from "../../../protocol/json.ts";
import { ConfigError } from "../../errors.ts";
import { within } from "../../time-limit.ts";
import type { Registry } from "../registry.ts";
import { type ProviderFile, providerHost, type UserProvider } from "./provider-host.ts";

/** ms that a file has to give its providers. */
const LOAD_MS = 10_000;
const ENDING = /(?<!\.d)\.[cm]?[jt]s$/;
const NAME = /^[a-z][a-z0-9_-]{0,63}$/;
/** Keys of a stage that are no provider. */
const TAKEN: readonly string[] = ["use", "fallback_after"];

/** What came of a file. */
export interface ProviderFileReport {
  readonly file: string;
  /** What it provides: `tts edge`. */
  readonly provides: readonly string[];
  /** Why it is left out. */
  readonly problem?: string;
}

/** Every provider that a configuration may name, and what came of each file. */
export interface LoadedProviders {
  readonly registry: Registry;
  readonly files: readonly ProviderFileReport[];
}

/**
 * Adds the providers of a folder, one file each or a few, to those that are known. A file that is broken is left out and
 * says why; a missing folder has none.
 */
export async function loadProviderFiles(folder: string, known: Registry, clock: Clock): Promise<LoadedProviders> {
  let registry = known;
  const files: ProviderFileReport[] = [];
  const { names, problem } = filesIn(folder);
  if (problem !== undefined) files.push({ file: folder, provides: [], problem });
  for (const name of names) {
    const file = join(folder, name);
    try {
      const found = await within(providersOf(file), { clock, ms: LOAD_MS, error: tooLate });
      registry = withProviders(registry, found);
      files.push({ file, provides: found.map(({ stage, provider }) => `${stage} ${provider.name}`) });
    } catch (error) {
      files.push({ file, provides: [], problem: error instanceof Error ? error.message : String(error) });
    }
  }
  return { registry, files };
}

function filesIn(folder: string): { names: readonly string[]; problem?: string } {
  try {
    return {
      names: readdirSync(folder)
        .filter((name) => ENDING.test(name))
        .sort(),
    };
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    return isMissing ? { names: [] } : { names: [], problem: (error as Error).message };
  }
}

function tooLate(): Error {
  return invalid(`it gave no provider within ${LOAD_MS} ms`);
}

/** @throws whatever the file throws, and ConfigError `provider-invalid` */
async function providersOf(file: string): Promise<readonly UserProvider[]> {
  const { default: create } = (await import(pathToFileURL(resolve(file)).href)) as { default?: ProviderFile };
  if (typeof create !== "function") throw invalid(`expected a function as default export, got ${typeof create}`);
  const made: unknown[] = [await create(providerHost)].flat();
  return made.map(checked);
}

/** @throws ConfigError `provider-invalid`, naming what is wrong */
function checked(made: unknown): UserProvider {
  if (!isObject(made) || typeof made["stage"] !== "string" || !isObject(made["provider"])) {
    throw invalid("expected what defineAsr, defineTts and their like give, or a list of such");
  }
  const { name, settings, create } = made["provider"] as { [member: string]: unknown };
  if (typeof name !== "string" || !NAME.test(name) || TAKEN.includes(name)) {
    throw invalid(`name: expected small letters and digits, got ${shown(name)}`);
  }
  if (!(settings instanceof z.ZodObject)) throw invalid(`${name}.settings: expected what z.strictObject gives`);
  if (typeof create !== "function") throw invalid(`${name}.create: expected a function, got ${typeof create}`);
  return made as unknown as UserProvider;
}

/** @throws ConfigError `provider-invalid` when there is a provider of such a name */
function withProviders(known: Registry, found: readonly UserProvider[]): Registry {
  const registry: { -readonly [stage in keyof Registry]: Registry[stage] } = { ...known };
  for (const { stage, provider } of found) {
    if (!Object.hasOwn(known, stage)) throw invalid(`${provider.name}: there is no stage ${shown(stage)}`);
    if (registry[stage].some(({ name }) => name === provider.name)) {
      throw invalid(`${stage} has a ${provider.name} already`);
    }
    registry[stage] = [...registry[stage], provider] as never;
  }
  return registry;
}

function invalid(reason: string): ConfigError {
  return new ConfigError("provider-invalid", reason);
}
