import { systemClock } from "../../../host-server/clock.ts";
import { createLog } from "../../../host-server/log.ts";
import { openStorage } from "../../../host-server/storage/storage.ts";
import { storageSuite } from "./suite.ts";

const log = createLog({ level: "silent" });

storageSuite(() => openStorage({ url: "", file: ":memory:", clock: systemClock, log }));
