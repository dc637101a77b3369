import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { readManifest } from "../../simulator/manifest.ts";
import { nativeTargets, root } from "../native/targets.ts";
import type { Finding } from "./finding.ts";

const run = promisify(execFile);
const topic = "Program";

/** Node, the compiler, and what was compiled. */
export async function checkProgram(): Promise<Finding[]> {
  const node: Finding = {
    topic,
    level: "good",
    text: `Node ${process.versions.node} on ${process.platform} ${process.arch}`,
  };
  const targets = nativeTargets(readManifest(join(root, "manifest.json")));
  const missing = targets.filter(({ output }) => !existsSync(output)).map(({ output }) => basename(output));
  const [compiler, isThere] = await compilerLine();
  if (missing.length === 0) return [node, compiler, { topic, level: "good", text: "native parts are built" }];
  const text = `native parts are not built (${missing.join(", ")}): Opus runs as WebAssembly, virtual devices do not run`;
  const advice = isThere ? "npm run xiaozhi -- build" : "install a C compiler first";
  return [node, compiler, { topic, level: "warning", text, advice }];
}

async function compilerLine(): Promise<[Finding, boolean]> {
  const command = process.env["CC"] ?? "cc";
  try {
    const { stdout } = await run(command, ["--version"]);
    return [{ topic, level: "good", text: `C compiler ${command}: ${stdout.split("\n")[0]}` }, true];
  } catch {
    // Any reason for which it does not run is the same to its user.
    const advice = "Debian, Ubuntu: sudo apt install build-essential; macOS: xcode-select --install";
    return [{ topic, level: "warning", text: `there is no C compiler (${command})`, advice }, false];
  }
}
