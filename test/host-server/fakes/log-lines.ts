import { Writable } from "node:stream";
import { createLog, type Log } from "../../../host-server/log.ts";

/** A log that is kept: every line, parsed. */
export function logLines(): { readonly log: Log; readonly lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const output = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  return { log: createLog({ level: "debug", output }), lines };
}
