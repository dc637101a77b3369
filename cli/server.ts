export { runServer as run } from "../host-server/main.ts";
