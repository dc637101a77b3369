import { createLog } from "../../../host-server/log.ts";

/** A log that nobody reads. */
export const silentLog = createLog({ level: "silent" });
