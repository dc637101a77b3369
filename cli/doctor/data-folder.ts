import { accessSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describeBytes } from "../models/bytes.ts";
import { findModel } from "../models/catalogue.ts";
import { freeBytes } from "../models/disk-space.ts";
import { hasSherpa } from "../models/engine.ts";
import { ModelStore } from "../models/store.ts";
import { ROOT } from "../process.ts";
import type { Finding } from "./finding.ts";

const topic = "Data";
/** Bytes below which logs and conversations soon find no room. */
const LITTLE = 500_000_000;

/** Whether the server can keep what it has to keep, and which models are there. */
export function checkData(folder: string, configPath: string): Finding[] {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    return [{ topic, level: "fault", text: `${folder} cannot be written: ${(error as Error).message}` }];
  }
  const free = freeBytes(folder);
  const room: Finding =
    free < LITTLE
      ? { topic, level: "warning", text: `${folder}: only ${describeBytes(free)} are free` }
      : { topic, level: "good", text: `${folder} can be written, ${describeBytes(free)} are free` };
  return [room, ...secrecyOf(configPath), ...modelsIn(folder)];
}

function secrecyOf(path: string): Finding[] {
  if (process.platform === "win32" || !existsSync(path)) return [];
  if ((statSync(path).mode & 0o077) === 0) return [];
  const text = `${path} can be read by others of this computer; keys may be in it`;
  return [{ topic, level: "note", text, advice: `chmod 600 ${path}` }];
}

function modelsIn(folder: string): Finding[] {
  const models = new ModelStore(join(folder, "models")).list();
  if (models.length === 0) return [{ topic, level: "note", text: "no speech models (xiaozhi models)" }];
  const list = models.map(({ name, bytes }) => `${name} (${describeBytes(bytes)})`).join(", ");
  const needsEngine = models.some(({ name }) => findModel(name)?.engine === "sherpa-onnx") && !hasSherpa(ROOT, folder);
  const missing: Finding[] = needsEngine
    ? [
        {
          topic,
          level: "warning",
          text: "sherpa-onnx-node is not there, which runs them",
          advice: "xiaozhi models add NAME --force",
        },
      ]
    : [];
  return [{ topic, level: "good", text: `models: ${list}` }, ...missing];
}
