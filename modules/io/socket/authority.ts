import Resource from "Resource";
import { log } from "../../system/log.ts";

/**
 * The certificate (DER) of an own authority, which secure servers are checked against beside the public ones.
 *
 * @param file name among the manifest's `data`; nothing, or "", for none
 * @returns undefined when there is no such file, which the log then says
 */
export function readAuthority(file: unknown): ArrayBuffer | undefined {
  if (file === undefined || file === "") return undefined;
  if (typeof file === "string" && Resource.exists(file)) return new Resource(file);
  log.error("certificate not found in the firmware", { file: String(file) });
  return undefined;
}
