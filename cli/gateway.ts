export { runGateway as run } from "../host-server/gateway-main.ts";
