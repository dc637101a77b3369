import { execFileSync } from "node:child_process";
import { chownSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A PostgreSQL of the test's own, on a socket in a folder of its own. */
export interface PostgresServer {
  /** Of its first process. */
  readonly pid: number;
  /** For one more empty database. */
  newDatabase(): string;
  /** Ends every connection at once, as when the machine is lost; `start` brings it back. */
  kill(): void;
  start(): void;
  stop(): void;
}

const SETTINGS = ["max_connections=40", "fsync=off", "listen_addresses="];
/** Memory in MB for what was read from the disk, where there are a few rows; a fresh PostgreSQL's is 128. */
const SMALL = 16;

/** The folder with PostgreSQL's programs; undefined where there are none. */
export function postgresPrograms(): string | undefined {
  const folders = globSync("/usr/lib/postgresql/*/bin").sort().reverse();
  return [...folders, "/usr/local/bin", "/usr/bin"].find((folder) => existsSync(join(folder, "initdb")));
}

/** PostgreSQL refuses to be run by root: the account that its package makes, or nobody. */
function account(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const idOf = (kind: "-u" | "-g") =>
    Number(execFileSync("id", [kind, "postgres"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  try {
    return { uid: idOf("-u"), gid: idOf("-g") };
  } catch {
    return { uid: 65_534, gid: 65_534 };
  }
}

/** Makes an empty server and starts it. `buffers`: MB of memory for what was read from the disk. */
export function startPostgres(programs: string, buffers = SMALL): PostgresServer {
  const who = account();
  const folder = mkdtempSync(join(tmpdir(), "xiaozhi-postgres-"));
  const data = join(folder, "data");
  mkdirSync(data);
  for (const path of [folder, data]) if (who.uid !== undefined) chownSync(path, who.uid, who.gid as number);
  const run = (program: string, args: string[]) =>
    execFileSync(join(programs, program), args, { cwd: folder, stdio: "ignore", timeout: 60_000, ...who });
  run("initdb", ["-D", data, "-U", "xiaozhi", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C"]);
  const settings = [...SETTINGS, `shared_buffers=${buffers}MB`];
  const options = [...settings.flatMap((setting) => ["-c", setting]), "-k", folder]
    .map((part) => `'${part}'`)
    .join(" ");
  const start = () => void run("pg_ctl", ["-D", data, "-o", options, "-l", join(folder, "log"), "-w", "start"]);
  let databases = 0;
  start();
  return {
    get pid() {
      return Number(readFileSync(join(data, "postmaster.pid"), "utf8").split("\n")[0]);
    },
    newDatabase: () => {
      const name = `test_${++databases}`;
      run("createdb", ["-h", folder, "-U", "xiaozhi", name]);
      return `postgresql://xiaozhi@/${name}?host=${encodeURIComponent(folder)}`;
    },
    kill: () => void run("pg_ctl", ["-D", data, "-m", "immediate", "-w", "stop"]),
    start,
    stop: () => {
      run("pg_ctl", ["-D", data, "-m", "immediate", "-w", "stop"]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
