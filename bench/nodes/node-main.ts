import { runServer } from "../../host-server/main.ts";

// As `xiaozhi server`, without building the console's pages.
process.exitCode = await runServer(process.argv.slice(2));
