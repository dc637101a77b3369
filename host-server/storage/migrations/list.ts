import { agents } from "./0001-agents.ts";
import { history } from "./0002-history.ts";
import { consoleTables } from "./0003-console.ts";
import { accounts } from "./0004-accounts.ts";
import { fleet } from "./0005-fleet.ts";
import { knowledge } from "./0006-knowledge.ts";
import { deviceAccess } from "./0007-device-access.ts";
import { messageRoles } from "./0008-message-roles.ts";
import type { TableMigration } from "./migration.ts";

/**
 * The tables' history, in order. What has been released is never edited, removed or put in another order: databases
 * remember which of these they have been through.
 */
export const MIGRATIONS: { readonly [name: string]: TableMigration } = {
  "0001-agents": agents,
  "0002-history": history,
  "0003-console": consoleTables,
  "0004-accounts": accounts,
  "0005-fleet": fleet,
  "0006-knowledge": knowledge,
  "0007-device-access": deviceAccess,
  "0008-message-roles": messageRoles,
};
