import type { HttpBindings } from "@hono/node-server";
import type { MiddlewareHandler } from "hono";
import { DEVICE_HEADERS } from "../../protocol/ota.ts";
import type { Log } from "../log.ts";
import { certifiedName, isCertificateOf } from "./tls-door.ts";

/**
 * Refuses what a device sends (POST) unless it has shown the certificate of the device that it says it is: 401, and
 * `certificate-missing` or `certificate-other` with both names.
 */
export function demandCertificate(log: Log): MiddlewareHandler<{ Bindings: Partial<HttpBindings> }> {
  return async (context, next) => {
    if (context.req.method !== "POST") return next();
    const device = context.req.header(DEVICE_HEADERS.deviceId) ?? "";
    const socket = context.env?.incoming?.socket;
    const certified = socket && certifiedName(socket);
    if (certified !== undefined && isCertificateOf(certified, device)) return next();
    const message =
      certified === undefined
        ? `certificate-missing: device ${JSON.stringify(device)} has shown no certificate (server.tls.client_ca)`
        : `certificate-other: the certificate of ${JSON.stringify(certified)} was shown by device ${JSON.stringify(device)}`;
    log.info(
      { device, certificate: certified, path: context.req.path },
      "device refused: it has not shown its certificate",
    );
    return context.json({ success: false, message }, 401);
  };
}
