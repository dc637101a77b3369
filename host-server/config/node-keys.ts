import { z } from "zod";

/** What a process may do, each apart from the others. */
const ROLES = ["ws", "http", "gateway", "mcp", "worker"] as const;

const nats = z.strictObject({
  url: z
    .string()
    .regex(/^$|^(nats|tls):\/\/[^\s,]+(, *(nats|tls):\/\/[^\s,]+)*$/, "expected nats://host:4222, or tls://")
    .default("")
    .describe(
      "NATS, through which several servers are one: nats://user:password@host:4222, several with commas; empty: this one is alone.",
    ),
  prefix: z
    .string()
    .regex(/^[\w-]{1,32}$/)
    .default("xiaozhi")
    .describe("Before every subject, so that several fleets may share one NATS."),
  token: z.string().default("").describe("Token for NATS, where it wants one."),
  credentials: z.string().default("").describe("File with credentials for NATS (.creds)."),
  tls_ca: z.string().default("").describe("File with the authorities that NATS's certificate may be of (PEM)."),
  tls_cert: z.string().default("").describe("File with a certificate of this server for NATS (PEM)."),
  tls_key: z.string().default("").describe("File with the key of that certificate (PEM)."),
});

const node = z.strictObject({
  name: z
    .string()
    .regex(/^[\w.-]{0,64}$/)
    .default("")
    .describe("Name of this server among others; empty: that of the computer, with the port."),
  weight: z
    .number()
    .min(0)
    .max(1_000)
    .default(1)
    .describe("Share of the devices that the version check sends here, beside the other servers' weights; 0: none."),
  capacity: z.int().min(0).default(0).describe("Devices after which the version check sends others elsewhere; 0: any."),
  drain_seconds: z
    .number()
    .min(0)
    .max(600)
    .default(15)
    .describe("Seconds that conversations have to end by themselves when the server is told to stop (SIGTERM)."),
});

const roles = z.preprocess(
  (given) => (typeof given === "string" ? given.split(/[\s,]+/).filter((name) => name !== "") : given),
  z.array(z.enum(ROLES)).min(1),
);

/** One server among several. */
export const nodeKeys = {
  nats: nats.prefault({}).describe("What connects several servers."),
  node: node.prefault({}).describe("This server among several."),
  roles: roles
    .default([...ROLES])
    .describe("What this process does: ws, http, gateway, mcp, worker; as XIAOZHI_ROLES with commas."),
};
