import { z } from "zod";

/** How the ports of a server are encrypted. */
export const tls = z.strictObject({
  cert: z
    .string()
    .default("")
    .describe("File with the certificate of every port, and those that lead to its root (PEM)."),
  key: z.string().default("").describe("File with the certificate's key (PEM)."),
  own: z
    .boolean()
    .default(false)
    .describe("Makes an authority of this server's own; devices of this project trust it from then on."),
  required: z.boolean().default(false).describe("Whether connections in clear are refused."),
  client_ca: z
    .string()
    .default("")
    .describe("File with the authority of devices' certificates (PEM), or own: at the doors below they must show one."),
  client_doors: z
    .array(z.enum(["websocket", "mqtt", "http"]))
    .default(["websocket"])
    .describe(
      "Where devices must show a certificate: at server.port, at gateway.port and .tls_port, in version check and pictures.",
    ),
});
