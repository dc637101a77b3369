import type { Generated } from "kysely";

/** Yes or no, as both databases keep it. */
export type Flag = 0 | 1;

/** ms since the epoch (UTC). */
export type Time = number;

/** A JSON text. */
export type Json = string;

/** An assistant: who it is and what it uses. */
export interface AgentsTable {
  readonly id: string;
  name: string;
  /** Account that owns it; null for one of everybody. */
  owner: string | null;
  /** Its block of the configuration: what differs from the server's. */
  settings: Json;
  /** Counts changes from 1, so that nobody overwrites what they have not seen. */
  version: number;
  readonly created: Time;
  updated: Time;
}

/** What an agent was before each change. */
export interface AgentSnapshotsTable {
  readonly agent: string;
  readonly version: number;
  readonly name: string;
  readonly settings: Json;
  /** Account that made the change which ended it. */
  readonly author: string | null;
  readonly created: Time;
}

export interface AgentTagsTable {
  readonly agent: string;
  readonly tag: string;
}

export interface DevicesTable {
  /** MAC address in small letters. */
  readonly id: string;
  alias: string;
  board: string;
  version: string;
  agent: string | null;
  owner: string | null;
  /** Whether it takes new firmware by itself. */
  updates: Flag;
  /** When it last connected or asked for a version; 0: never. */
  seen: Time;
  /** What it was given to log in with before this time is good no more; 0: everything is. */
  access_from: Generated<Time>;
  readonly created: Time;
  updated: Time;
}

export interface DeviceGroupsTable {
  readonly device: string;
  /** Name of the group. */
  readonly name: string;
}

/** A connection of a device, from hello to close. */
export interface SessionsTable {
  readonly id: string;
  readonly device: string;
  readonly agent: string | null;
  title: string;
  turns: number;
  readonly started: Time;
  ended: Time | null;
}

/** What was said in a session. */
export interface MessagesTable {
  readonly id: Generated<number>;
  readonly session: string;
  readonly device: string;
  readonly agent: string | null;
  readonly role: "user" | "assistant" | "tool";
  readonly text: string;
  /** What belongs to it: times of the turn, a tool's name and arguments. */
  readonly detail: Json | null;
  readonly at: Time;
}

/** The sound of a message. */
export interface MessageAudioTable {
  readonly message: number;
  /** Media type. */
  readonly type: string;
  readonly data: Uint8Array;
}

/** What an agent remembers of those who use a device. */
export interface MemoriesTable {
  readonly device: string;
  readonly agent: string;
  text: string;
  updated: Time;
}

/** A model with its settings, for agents to choose by name. */
export interface ModelsTable {
  readonly id: string;
  /** `asr`, `llm`, `tts` and so on. */
  readonly stage: string;
  name: string;
  /** Name of the provider. */
  provider: string;
  settings: Json;
  /** Whether it is its stage's for all who have not chosen another: it goes before that of the configuration file. */
  preferred: Flag;
  enabled: Flag;
  readonly created: Time;
  updated: Time;
}

/** Somebody whose voice an agent knows. */
export interface VoiceprintsTable {
  readonly id: string;
  readonly agent: string;
  name: string;
  description: string;
  /** Numbers that stand for the voice (32-bit floats); null until it was learned. */
  embedding: Uint8Array | null;
  readonly created: Time;
  updated: Time;
}

export interface ParametersTable {
  readonly key: string;
  value: string;
  note: string;
  updated: Time;
}

/** A text that assistants may look things up in. */
export interface DocumentsTable {
  readonly id: string;
  /** Documents of one collection are searched together; empty for the usual one. */
  readonly collection: string;
  readonly name: string;
  /** Where the folder is that it comes from; empty for one that was added by itself. */
  readonly origin: string;
  /** Differs when its file has changed. */
  readonly stamp: string;
  readonly passages: number;
  readonly characters: number;
  readonly created: Time;
}

/** A piece of a document, short enough to be read to a model. */
export interface PassagesTable {
  readonly id: Generated<number>;
  readonly document: string;
  /** Headings that it stands under. */
  readonly heading: string;
  readonly text: string;
}

/** Who changed what. */
export interface AuditLogTable {
  readonly id: Generated<number>;
  readonly at: Time;
  readonly actor: string;
  readonly action: string;
  /** What sort of thing was changed, and which. */
  readonly entity: string;
  readonly subject: string;
  readonly detail: Json | null;
}

/** An account of the console, as `better-auth` writes it: times and flags are of the database's own kind. */
export interface UsersTable {
  readonly id: string;
  name: string;
  readonly email: string;
  role: string;
  blocked: unknown;
  twoFactorEnabled: unknown;
  readonly createdAt: unknown;
}

/** The second factor of an account, as `better-auth` writes it. */
export interface UserSecondFactorsTable {
  readonly id: string;
  readonly userId: string;
}

/** What a program proves itself with. */
export interface ApiTokensTable {
  readonly id: string;
  readonly owner: string;
  readonly name: string;
  /** Its first characters. */
  readonly start: string;
  /** SHA-256 of the token: the token itself is not kept. */
  readonly hash: string;
  readonly created: Time;
  used: Time;
  readonly expires: Time | null;
}

/** A device that waits to be bound. */
export interface ActivationCodesTable {
  readonly device: string;
  code: string;
  board: string;
  version: string;
  created: Time;
}

/** What an agent may be made from. */
export interface AgentTemplatesTable {
  readonly id: string;
  name: string;
  description: string;
  settings: Json;
  readonly created: Time;
  updated: Time;
}

/** An image for devices, and how far it has gone. */
export interface FirmwareTable {
  /** Name of the file. */
  readonly id: string;
  readonly board: string;
  readonly version: string;
  readonly project: string;
  readonly bytes: number;
  readonly sha256: string;
  note: string;
  readonly uploaded: Time;
  state: "running" | "stopped" | "rolled-back" | null;
  /** Share of the board's devices. */
  percent: number;
  /** A list of names; empty: all devices. */
  groups: Json;
  started: Time;
}

/** An image that a device was told of. */
export interface FirmwareOffersTable {
  readonly firmware: string;
  readonly device: string;
  /** Version that the device had. */
  readonly previous: string;
  offered: Time;
  installed: Time | null;
}

/** The database. Column names are those of SQL, so that a query here reads as it runs. */
export interface Tables {
  agents: AgentsTable;
  agent_snapshots: AgentSnapshotsTable;
  agent_tags: AgentTagsTable;
  devices: DevicesTable;
  device_groups: DeviceGroupsTable;
  sessions: SessionsTable;
  messages: MessagesTable;
  message_audio: MessageAudioTable;
  memories: MemoriesTable;
  models: ModelsTable;
  voiceprints: VoiceprintsTable;
  parameters: ParametersTable;
  documents: DocumentsTable;
  passages: PassagesTable;
  audit_log: AuditLogTable;
  users: UsersTable;
  user_second_factors: UserSecondFactorsTable;
  api_tokens: ApiTokensTable;
  activation_codes: ActivationCodesTable;
  agent_templates: AgentTemplatesTable;
  firmware: FirmwareTable;
  firmware_offers: FirmwareOffersTable;
}
