import Resource from "Resource";
import { log } from "../../system/log.ts";

/**
 * The certificate (DER) of an own authority, which secure servers are checked against beside the public ones.
 *
 * @param file name among the manifest's `data`; "" for none
 * @returns undefined when there is no such file, which the log then says
 */
export function readAuthority(file: string): ArrayBuffer | undefined {
  if (file === "") return undefined;
  if (Resource.exists(file)) return new Resource(file);
  log.error("certificate not found in the firmware", { file });
  return undefined;
}
