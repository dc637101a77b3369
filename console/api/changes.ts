interface Row {
  readonly [member: string]: unknown;
}

/** What the server takes in a change; a row has more, which it would refuse. */
const CHANGEABLE: { readonly [resource: string]: readonly string[] } = {
  devices: ["alias", "agent", "updates", "groups", "owner"],
  agents: ["name", "settings", "tags", "owner", "version"],
  templates: ["name", "description", "settings"],
  sessions: ["title"],
  models: ["name", "provider", "settings", "isPreferred", "isEnabled"],
  parameters: ["value", "note"],
  users: ["name", "role", "isBlocked", "password", "hasSecondFactor"],
  firmware: ["note"],
};

/** Sent even when it is as before: the server compares. */
const ALWAYS_SENT = ["version"];

/** Members that the server takes and that are new. */
export function changesOf(resource: string, data: Row, previous: Row): Row {
  const keys = CHANGEABLE[resource] ?? Object.keys(data);
  const changed = keys.filter(
    (key) => key in data && (ALWAYS_SENT.includes(key) || JSON.stringify(data[key]) !== JSON.stringify(previous[key])),
  );
  return Object.fromEntries(changed.map((key) => [key, data[key]]));
}
