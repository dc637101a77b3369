import { existsSync, readdirSync, renameSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "../../host-server/clock.ts";
import { loadConfig } from "../../host-server/config/load.ts";
import { createLog } from "../../host-server/log.ts";
import { providers } from "../../host-server/providers/registry.ts";
import { DATABASE_FILE } from "../../host-server/server/open-storage.ts";
import { MIGRATIONS } from "../../host-server/storage/migrations/list.ts";
import { verify } from "./archive-reader.ts";
import { bringFiles, bringRows } from "./bring-back.ts";
import { BackupError } from "./errors.ts";

const HELP = `Usage: xiaozhi restore FILE.tar.gz [--config FILE] [--replace]

Brings back what xiaozhi backup wrote, into an empty data folder and an empty database, which may be the other of SQLite and
PostgreSQL: it is the one that XIAOZHI_DATABASE_URL, or the configuration in the archive, names. Stop the server first.

  --config FILE  where its configuration is to lie (default data/.config.yaml); the data folder is the one around it
  --replace      moves a data folder that is not empty aside; a PostgreSQL must be emptied by you`;

/** `xiaozhi restore`: gives the exit status. @throws BackupError, StorageError, ConfigError */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      config: { type: "string", default: "data/.config.yaml" },
      replace: { type: "boolean", default: false },
      help: { type: "boolean" },
    },
  });
  const [path, ...others] = positionals;
  if (values.help || path === undefined || others.length > 0) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  const folder = resolve(dirname(values.config));
  const { steps, created } = await verify(path);
  const unknown = steps.find((step) => MIGRATIONS[step] === undefined);
  if (unknown !== undefined) {
    const message = `backup-newer: ${path} was made by a newer version of this server (${unknown})`;
    throw new BackupError("backup-newer", message);
  }
  const aside = makeRoom(folder, values.replace);
  if (aside !== undefined) console.log(`What was in ${folder} is in ${aside} now.`);
  const files = await bringFiles(path, folder);
  const counts = steps.length > 0 ? await restoreRows(path, steps.at(-1) as string, values.config) : {};
  const rows = Object.values(counts).reduce((sum, count) => sum + count, 0);
  console.log(`Restored as of ${created}: ${rows} rows and ${files} files.`);
  return 0;
}

/** Gives where what was there has gone. @throws BackupError `restore-not-empty` */
function makeRoom(folder: string, mayReplace: boolean): string | undefined {
  if (!existsSync(folder) || readdirSync(folder).length === 0) return undefined;
  if (!mayReplace) {
    const message = `restore-not-empty: ${folder} is not empty; --replace moves it aside`;
    throw new BackupError("restore-not-empty", message);
  }
  const aside = `${folder}-before-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}`;
  renameSync(folder, aside);
  return aside;
}

async function restoreRows(path: string, lastStep: string, configPath: string): Promise<Record<string, number>> {
  const { config } = loadConfig({ path: configPath, env: process.env, providers });
  const log = createLog({ level: config.log.level, output: process.stderr });
  const file = join(dirname(configPath), DATABASE_FILE);
  return bringRows(path, { url: config.database.url, file, clock: systemClock, log, lastStep });
}
