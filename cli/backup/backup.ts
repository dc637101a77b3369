import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "../../host-server/clock.ts";
import { loadConfig } from "../../host-server/config/load.ts";
import { createLog } from "../../host-server/log.ts";
import { providers } from "../../host-server/providers/registry.ts";
import { DATABASE_FILE } from "../../host-server/server/open-storage.ts";
import { dumpTables } from "../../host-server/storage/dump/read.ts";
import { openStorage } from "../../host-server/storage/storage.ts";
import { ArchiveWriter } from "./archive-writer.ts";
import { dataFiles } from "./data-files.ts";
import { BackupError } from "./errors.ts";
import { rehearse } from "./rehearsal.ts";

const HELP = `Usage: xiaozhi backup [FILE.tar.gz] [--config FILE] [--with-models] [--verify]

Writes all that this server keeps into one archive, while it runs: the configuration, keys, firmware and other files of the
data folder, and every row of its database, SQLite or PostgreSQL. Restore it with xiaozhi restore, into either.
The archive holds secrets: only you can read it.

  FILE.tar.gz    [xiaozhi-<time>.tar.gz]
  --config FILE  configuration of the server (default data/.config.yaml)
  --with-models  speech models, too, which xiaozhi models can bring again
  --verify       restores the archive for trial, away from everything, and compares; of one that is there, only that`;

/** `xiaozhi backup`: gives the exit status. @throws BackupError, StorageError, ConfigError */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      config: { type: "string", default: "data/.config.yaml" },
      "with-models": { type: "boolean", default: false },
      verify: { type: "boolean", default: false },
      help: { type: "boolean" },
    },
  });
  if (values.help || positionals.length > 1) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  const time = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
  const path = resolve(positionals[0] ?? `xiaozhi-${time}.tar.gz`);
  if (values.verify && existsSync(path)) return verifyBackup(path);
  if (existsSync(path)) throw new BackupError("backup-exists", `backup-exists: ${path} is there already`);
  const { rows, files } = await backUp({ path, configPath: values.config, withModels: values["with-models"] });
  console.log(`${path}: ${rows} rows and ${files} files.`);
  return values.verify ? verifyBackup(path) : 0;
}

async function verifyBackup(path: string): Promise<number> {
  const { rows, files } = await rehearse(path, createLog({ level: "warn", output: process.stderr }));
  console.log(`${path}: restored for trial, ${rows} rows and ${files} files are as they were.`);
  return 0;
}

interface BackupOptions {
  readonly path: string;
  readonly configPath: string;
  readonly withModels: boolean;
}

async function backUp({ path, configPath, withModels }: BackupOptions): Promise<{ rows: number; files: number }> {
  const folder = resolve(dirname(configPath));
  const { config } = loadConfig({ path: configPath, env: process.env, providers });
  const log = createLog({ level: config.log.level, output: process.stderr });
  const files = existsSync(folder) ? dataFiles(folder, withModels) : [];
  const file = join(folder, DATABASE_FILE);
  const { url } = config.database;
  const hasDatabase = url !== "" || existsSync(file);
  const writer = new ArchiveWriter(path);
  try {
    if (hasDatabase) {
      const storage = await openStorage({ url, file, clock: systemClock, log });
      const begin = ({ steps }: { readonly steps: readonly string[] }) => writer.begin(steps, Date.now());
      await dumpTables(storage, begin, (page) => writer.addRows(page)).finally(() => storage.close());
    } else await writer.begin([], Date.now());
    for (const one of files) if (join(folder, one.path) !== path) await writer.addFile(folder, one);
    await writer.end();
    return { rows: writer.rows, files: writer.files };
  } catch (error) {
    await writer.giveUp();
    throw error;
  }
}
