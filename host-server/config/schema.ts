import { z } from "zod";
import { LOG_LEVELS } from "../log.ts";
import type { Provider } from "../providers/provider.ts";
import { voiceprintSettings } from "../providers/voiceprint/settings.ts";
import { consoleKeys } from "./console-keys.ts";
import { conversationKeys } from "./conversation-keys.ts";
import { endpointAddresses } from "./endpoint-addresses.ts";
import { nodeKeys } from "./node-keys.ts";
import { promptKeys } from "./prompt-keys.ts";
import { tls } from "./secrets/tls-keys.ts";

/** The providers that a configuration may choose from, by stage; the first of each list is the default. */
export interface ProviderTable {
  readonly vad: readonly Provider<unknown>[];
  readonly asr: readonly Provider<unknown>[];
  readonly llm: readonly Provider<unknown>[];
  readonly tts: readonly Provider<unknown>[];
  readonly vllm?: readonly Provider<unknown>[];
}

/** The stages that have providers. */
export const STAGE_NAMES = ["vad", "asr", "llm", "tts"] as const;

export type StageName = (typeof STAGE_NAMES)[number];

/** What may have a provider, and does without. */
export const EXTRA_NAMES = ["vllm"] as const;

export type ExtraName = (typeof EXTRA_NAMES)[number];

/** The chosen provider of a stage, or several in the order of preference, and the settings of each provider that has any. */
export interface StageConfig {
  readonly use: string | readonly string[];
  /** Seconds that one of several may take before the next is asked. */
  readonly fallback_after?: number;
  readonly [provider: string]: unknown;
}

const port = z.int().min(0).max(65_535);

const auth = z.strictObject({
  enabled: z.boolean().default(false).describe("Whether devices need a token, which the version check hands out."),
  allowed_devices: z.array(z.string()).default([]).describe("Device ids (MAC addresses) that need no token."),
  expire_seconds: z.int().positive().default(2_592_000).describe("How long a token is good for, in seconds."),
  mqtt_expire_seconds: z
    .int()
    .nonnegative()
    .default(0)
    .describe(
      "How long an MQTT login is good for, in seconds; 0: until it is taken back. Devices get a new one when they start.",
    ),
  previous_key: z
    .string()
    .default("")
    .describe("The server.auth_key before this one: what was signed with it is good until it expires."),
  device_keys: z
    .string()
    .default("")
    .describe("File with serial numbers and keys of devices: only those that prove theirs get tokens."),
});

const gateway = z.strictObject({
  enabled: z
    .boolean()
    .optional()
    .describe("Whether devices may connect over MQTT and UDP; by default when server.mqtt_gateway is set."),
  servers: z
    .array(
      z.strictObject({
        url: z.url({ protocol: /^wss?$/ }),
        weight: z.number().positive().default(1),
        api: z.url({ protocol: /^https?$/ }).optional(),
        auth_key: z.string().optional(),
      }),
    )
    .default([])
    .describe(
      "For the gateway alone: WebSocket URLs of servers that get the sessions, and their shares; api and auth_key let it have them speak.",
    ),
  port: port.default(1883).describe("Port for devices (MQTT)."),
  tls_port: port.default(8883).describe("Port for devices (MQTT over TLS), when there is a certificate."),
  tls_cert: z.string().default("").describe("File with the certificate and those that lead to its root (PEM)."),
  tls_key: z.string().default("").describe("File with the certificate's key (PEM)."),
  udp_port: port.default(8884).describe("Port for audio (UDP); with workers the first of as many; 0: any."),
  workers: z.int().min(0).max(16).default(0).describe("Threads for audio; 0: none but the server's own."),
  api_port: port.default(8007).describe("Port for management (HTTP)."),
  broker: z
    .union([z.literal(""), z.url({ protocol: /^mqtts?$/ })])
    .default("")
    .describe("MQTT broker that devices connect to instead of this gateway: mqtt://user:password@host:port."),
  node: z
    .string()
    .regex(/^[\w-]{1,32}$/)
    .default("main")
    .describe("Name of this gateway at the broker; each has its own."),
  offer_websocket: z.boolean().default(false).describe("Whether the version check gives the WebSocket beside MQTT."),
  allow_unsigned: z
    .boolean()
    .default(false)
    .describe("For development: client ids of two parts come in without a password."),
  max_packet_bytes: z.int().min(1024).default(65_536).describe("Longest MQTT packet of a device."),
  max_packets_per_second: z.int().positive().default(50).describe("MQTT packets of one device."),
  max_connections_per_address: z.int().min(0).default(0).describe("MQTT connections from one address; 0: no limit."),
});

const mcpEndpointServer = z.strictObject({
  enabled: z.boolean().default(true).describe("Whether MCP servers of others may bring tools to this server."),
  port: port.default(8004).describe("Port for them (WebSocket)."),
  key: z
    .string()
    .default("")
    .describe("Secret that tokens are made with; empty makes one and keeps it in the data folder."),
  agent: z.string().min(1).default("single_module").describe("The agent whose tools this server's assistant uses."),
  accepts_reference_tokens: z
    .boolean()
    .default(true)
    .describe("Whether tokens of the reference's consoles are good, which never expire and open both sides."),
  call_timeout: z
    .number()
    .positive()
    .default(30)
    .describe("Seconds that a tool may take, or pause between signs of progress."),
  max_message_bytes: z
    .int()
    .min(1024)
    .default(4 * 1024 * 1024)
    .describe("Longest message; a longer one ends its connection."),
  max_messages_per_second: z
    .int()
    .min(10)
    .default(20_000)
    .describe("Messages of one connection; more are read later, so that the sender waits."),
  max_calls: z.int().positive().default(1_000).describe("Requests of one assistant that may wait at once."),
  max_connections: z.int().min(0).default(0).describe("Connections at once; 0: no limit."),
  audit_log: z.string().default("").describe("File to which connections and calls are written; empty: none."),
});

const server = z.strictObject({
  ip: z.string().default("0.0.0.0").describe("Address to listen on; 0.0.0.0 is all of this computer's."),
  port: port.default(8000).describe("Port for devices (WebSocket)."),
  http_port: port.default(8002).describe("Port for the version check (HTTP)."),
  https_port: port.default(8443).describe("Port for pages over HTTPS, opened when a page asks for it."),
  device_pages: z.boolean().default(true).describe("Whether there are the pages /device, /own and /flash."),
  websocket: z.string().default("").describe("WebSocket URL to give to devices; empty finds it by itself."),
  discovery: z
    .boolean()
    .default(true)
    .describe("Whether the server announces itself in the local network, for devices without an address (mDNS)."),
  mqtt_gateway: z
    .string()
    .default("")
    .describe("host:port of the MQTT gateway to give to devices; auto: this server's own; empty: WebSocket instead."),
  mqtt_signature_key: z
    .string()
    .default("")
    .describe("Secret that MQTT passwords are signed with; empty makes one and keeps it in the data folder."),
  mqtt_manager_api: z
    .string()
    .regex(/^$|^(\[[0-9a-f:.]+\]|[\w.-]+):\d{1,5}$/i, "expected host:port")
    .default("")
    .describe("host:port of the management of a gateway that is another program; needs server.mqtt_signature_key."),
  udp_gateway: z
    .string()
    .default("")
    .describe("host or host:port for audio (UDP); empty is the address at which the device reached MQTT."),
  vision_explain: z
    .string()
    .default("")
    .describe("URL to give to devices for questions about pictures; empty finds it by itself."),
  timezone_offset: z
    .number()
    .min(-14)
    .max(14)
    .optional()
    .describe("Hours east of UTC, for the clock of devices; by default this computer's."),
  auth_key: z.string().default("").describe("Secret that tokens are signed with; empty makes a new one at each start."),
  secret: z
    .string()
    .default("")
    .describe("What a console proves itself with in messages `server` over the WebSocket; empty: they are ignored."),
  allow_restart: z.boolean().default(false).describe("Whether a console may restart the server."),
  auth: auth.prefault({}).describe("Who may connect."),
  tls: tls.prefault({}).describe("Encryption: each port takes connections over TLS beside those in clear."),
});

const limits = z.strictObject({
  message_bytes: z
    .int()
    .min(1024)
    .default(1024 * 1024)
    .describe("Longest WebSocket message of a device; a longer one ends its connection."),
  messages_per_second: z.int().positive().default(20).describe("Messages of one device; more are dropped."),
  packets_per_second: z
    .int()
    .min(17)
    .default(50)
    .describe("Packets of sound of one device; 17 are as fast as speech. More are dropped."),
  unread_bytes: z
    .int()
    .min(16_384)
    .default(256 * 1024)
    .describe("Bytes that may wait for a device that does not read; with more its connection ends."),
  connections_per_address: z
    .int()
    .min(0)
    .default(1_000)
    .describe("WebSocket connections from one address; 0: no limit."),
  turns_per_device: z.int().min(2).default(16).describe("Turns of one device that may be under way or wait at once."),
  say_characters: z.int().positive().default(1_000).describe("Longest text that the API has a device say."),
});

const homeAssistant = z.strictObject({
  url: z
    .union([z.literal(""), z.url({ protocol: /^https?$/ })])
    .default("")
    .describe("Address of a Home Assistant whose MCP server is used: http://homeassistant.local:8123."),
  token: z.string().default("").describe("A long-lived access token of Home Assistant."),
  devices: z
    .array(z.string())
    .default([])
    .describe(
      "Devices for homes without an MCP server: room,name,entity id; the tools hass_get_state … are for these.",
    ),
});

const database = z.strictObject({
  url: z
    .string()
    // With a socket of the system as `host` there is none between user and database, which is no URL elsewhere.
    .regex(/^(|postgres(ql)?:\/\/\S+)$/, "expected postgresql://user:password@host/database, or nothing")
    .default("")
    .describe("PostgreSQL for agents, devices and history; empty: a file in the data folder."),
});

const agents = z.record(
  z.string().regex(/^[^.]{1,64}$/, "expected a name without dots, of 64 characters at most"),
  z.record(z.string(), z.unknown()),
);

const devices = z.record(
  z.string().transform((id) => id.toLowerCase()),
  z.strictObject({
    agent: z.string().optional().describe("Name of its agent."),
    alias: z.string().default("").describe("What it is called."),
  }),
);

const log = z.strictObject({
  level: z.enum(LOG_LEVELS).default("info").describe("How much is logged."),
  transcripts: z.boolean().default(false).describe("Whether the log shows what users and assistant say."),
});

const wyoming = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe("Whether recogniser and voice serve other programs by the Wyoming protocol: Home Assistant, for one."),
  port: port.default(10_300).describe("Port for them (TCP). Whoever reaches it may use them."),
  languages: z
    .array(z.string().min(2))
    .min(1)
    .default(["en"])
    .describe("Languages of recogniser and voice, as en or zh: others offer them for these."),
});

const seconds = (byDefault: number) => z.number().positive().default(byDefault);

const turn = z.strictObject({
  vad_timeout: seconds(2).describe("Seconds that the voice detector may take for a frame."),
  asr_timeout: seconds(10).describe("Seconds that the recogniser may take after the end of speech."),
  llm_first_token_timeout: seconds(20).describe("Seconds that the model may take to begin an answer."),
  llm_timeout: seconds(20).describe("Seconds that the model may pause within an answer."),
  tts_timeout: seconds(10).describe("Seconds that the voice may take for a sentence, and pause within it."),
  speculate: z
    .boolean()
    .default(true)
    .describe("Whether an answer is prepared when the user has probably finished; thrown away when not."),
  end_model: z
    .string()
    .default("smart-turn")
    .describe(
      "Model that hears whether somebody has finished, in data/models, or its path; used where it is installed.",
    ),
  voice_interrupts: z
    .boolean()
    .default(true)
    .describe("Whether a voice interrupts at once, where echo is cancelled; otherwise only words do."),
});

const answerer = z.strictObject({
  choose: z
    .enum(["first", "loudest", "all"])
    .default("first")
    .describe("Which device answers when several of a home heard the same wake word; the others fall silent."),
  window: z
    .number()
    .min(0.05)
    .max(2)
    .default(0.3)
    .describe("Seconds to wait for other devices, where the loudest answers and a home has several."),
});

const history = z.strictObject({
  max_tokens: z
    .int()
    .min(100)
    .default(4000)
    .describe("About how much of the conversation a model is given, in tokens."),
  summary: z.boolean().default(true).describe("Whether the model sums up what no longer fits."),
});

const general = {
  server: server.prefault({}).describe("Addresses and access."),
  gateway: gateway.prefault({}).describe("The MQTT and UDP gateway."),
  mcp_endpoint_server: mcpEndpointServer
    .prefault({})
    .describe("The MCP endpoint, to which others connect their tools."),
  voiceprint: voiceprintSettings.prefault({}).describe("Who speaks, known by the voice."),
  wyoming: wyoming.prefault({}).describe("Recogniser and voice for other programs."),
  console: consoleKeys.prefault({}).describe("The console for people."),
  log: log.prefault({}).describe("The log."),
  limits: limits.prefault({}).describe("How much devices and programs may ask of the server."),
  ...conversationKeys,
  ...promptKeys,
  plugins: z
    .record(z.string(), z.union([z.boolean(), z.record(z.string(), z.unknown())]))
    .default({})
    .describe("The server's own tools: by name false to switch one off, or its settings."),
  agents: agents.default({}).describe("Other assistants by name: what differs from the keys of the server."),
  devices: devices.default({}).describe("Devices by id (MAC address), with their agents and names."),
  database: database.prefault({}).describe("The database."),
  ...nodeKeys,
  home_assistant: homeAssistant.prefault({}).describe("The home that can be controlled."),
  mcp_endpoint: endpointAddresses.describe("Address of an MCP endpoint whose tools are used, or a list of them."),
  tool_call_timeout: z.number().positive().default(30).describe("Seconds that a tool may take."),
  turn: turn.prefault({}).describe("How long the stages of a turn may take, and what interrupts."),
  history: history.prefault({}).describe("What is remembered of a conversation."),
  answerer: answerer.prefault({}).describe("Who answers where several devices hear the same call."),
  enable_websocket_ping: z.boolean().default(false).describe("Whether a device's JSON pings are answered."),
  prompt: z
    .string()
    .default("You are XiaoZhi, a friendly voice assistant. Your words are spoken aloud: answer briefly, without lists.")
    .describe("Tells the model who it is."),
  system_error_response: z
    .string()
    .default("Sorry, something went wrong. Please try again.")
    .describe("Said when no answer can be given."),
};

/** The whole configuration; every key may be left out. */
export type Config = z.output<z.ZodObject<typeof general>> & {
  readonly [stage in StageName | ExtraName]: StageConfig;
};

/** The schema of the configuration, with the settings of these providers. */
export function configSchema(providers: ProviderTable): z.ZodObject {
  const stages = STAGE_NAMES.map((stage) => [stage, stageSchema(providers[stage])] as const);
  const extras = EXTRA_NAMES.map((name) => [name, extraSchema(providers[name] ?? [])] as const);
  return z.strictObject({ ...general, ...Object.fromEntries([...stages, ...extras]) });
}

function extraSchema(providers: readonly Provider<unknown>[]): z.ZodType {
  const settings = providers.map(({ name, settings }) => [name, settings.optional()] as const);
  const use = z.enum(["", ...providers.map(({ name }) => name)]).default("");
  return z
    .strictObject({ use: use.describe("Name of the provider in use; empty: none."), ...Object.fromEntries(settings) })
    .prefault({});
}

function stageSchema(providers: readonly Provider<unknown>[]): z.ZodType {
  const names = providers.map(({ name }) => name);
  const name = z.enum(names as [string, ...string[]]);
  const settings = providers.map(({ name, settings }) => [name, settings.optional()] as const);
  return z
    .strictObject({
      use: z
        .union([name, z.array(name).min(1)], {
          error: `expected one of ${names.map((known) => `"${known}"`).join("|")}`,
        })
        .default(names[0] as string)
        .describe("Name of the provider in use, or several: each takes over where the one before fails."),
      fallback_after: z
        .number()
        .positive()
        .optional()
        .describe("Seconds that one of several may take before the next is asked."),
      ...Object.fromEntries(settings),
    })
    .prefault({});
}
