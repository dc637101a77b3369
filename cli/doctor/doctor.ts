import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { loadConfig } from "../../host-server/config/load.ts";
import type { Config } from "../../host-server/config/schema.ts";
import { NOTHING_STORED, type StoredConfig } from "../../host-server/config/stored-config.ts";
import type { LoadedProviders } from "../../host-server/providers/files/provider-files.ts";
import { providersFor } from "../../host-server/server/read-configuration.ts";
import { checkCertificates } from "./certificates.ts";
import { checkData } from "./data-folder.ts";
import { checkStoredModels, readDatabase } from "./database.ts";
import { describeFindings, type Finding } from "./finding.ts";
import { checkNetwork } from "./network.ts";
import { checkPorts } from "./ports.ts";
import { checkProgram } from "./program.ts";
import { checkStages } from "./stages.ts";
import { checkClock } from "./time.ts";

const HELP = `Usage: xiaozhi doctor [options]

Looks at everything on which the server depends, says what is used and why, and what to do about faults.
Ends with 1 when something cannot work.

  --config FILE    configuration  [data/.config.yaml]
  --time-from URL  server whose clock is compared  [one that the configuration names]
  --json           findings for programs
  --help           show this
`;

const OPTIONS = {
  config: { type: "string", default: "data/.config.yaml" },
  "time-from": { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean" },
} as const;

/** `xiaozhi doctor` */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const findings = await findAll(values.config, values["time-from"]);
  console.log(values.json ? JSON.stringify(findings, null, 2) : describeFindings(findings));
  return findings.some(({ level }) => level === "fault") ? 1 : 0;
}

/** Every finding with a configuration file; with one that is refused, what can be said without it. */
export async function findAll(path: string, timeFrom: string | undefined): Promise<Finding[]> {
  const loaded = await providersFor(path);
  const file = checkConfig(path, loaded, NOTHING_STORED);
  const data = checkData(dirname(path), path);
  if (!file.config) return [...(await checkProgram()), ...file.findings, ...data];
  const { stored, findings: database } = await readDatabase(file.config, path);
  const { config = file.config, findings } = checkConfig(path, loaded, stored);
  const given = { config, registry: loaded.registry, data: dirname(path) };
  const [program, stages, models, ports, network, clock] = await Promise.all([
    checkProgram(),
    checkStages(config, loaded.registry, dirname(path)),
    checkStoredModels(stored, given),
    checkPorts(config),
    checkNetwork(config),
    checkClock(config, timeFrom, Date.now),
  ]);
  const certificates = checkCertificates(config, Date.now());
  const console = [...database, ...models];
  return [...program, ...findings, ...console, ...stages, ...ports, ...network, ...certificates, ...clock, ...data];
}

function checkConfig(
  path: string,
  { registry, files }: LoadedProviders,
  stored: StoredConfig,
): { config?: Config; findings: Finding[] } {
  const topic = "Configuration";
  const own = files.map((report) => findingOf(topic, report));
  try {
    const { config, warnings } = loadConfig({ path, env: process.env, providers: registry, stored });
    const text = existsSync(path) ? `${path} is in order` : `${path} is not there: every key has its default`;
    const notes = warnings.map((warning): Finding => ({ topic, level: "warning", text: warning }));
    return { config, findings: [{ topic, level: "good", text }, ...notes, ...own] };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return {
      findings: [{ topic, level: "fault", text, advice: "the server does not start before this is put right" }, ...own],
    };
  }
}

/** What came of a file with providers of one's own. */
function findingOf(topic: string, { file, provides, problem }: LoadedProviders["files"][number]): Finding {
  if (problem === undefined) return { topic, level: "good", text: `${file} provides ${provides.join(", ")}` };
  return {
    topic,
    level: "warning",
    text: `${file} is left out: ${problem}`,
    advice: "docs/providers.md, one of your own",
  };
}
