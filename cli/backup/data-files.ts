import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { DATABASE_FILE } from "../../host-server/server/open-storage.ts";

/** A file of the data folder. */
export interface DataFile {
  /** Within the folder, with `/` between its parts. */
  readonly path: string;
  readonly bytes: number;
  readonly mode: number;
}

/** Models can be brought again, and are most of the bytes. */
const MODELS = "models";

/**
 * What a backup takes from the data folder: all but the database, whose rows it holds, things that are half written, and
 * models unless they are wanted. Links are not followed.
 */
export function dataFiles(folder: string, withModels: boolean): DataFile[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      join(parentPath, name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    )
    .filter((path) => !path.startsWith(DATABASE_FILE) && !/\.(tmp|part)$/.test(path))
    .filter((path) => withModels || !path.startsWith(`${MODELS}/`))
    .sort()
    .map((path) => {
      const { size, mode } = statSync(join(folder, path));
      return { path, bytes: size, mode: mode & 0o777 };
    });
}
