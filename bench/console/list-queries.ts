/** A list as somebody looks at it. */
export interface ListQuery {
  readonly path: string;
  /** Whose lists: an administrator's unless given. */
  readonly by?: "owner";
}

const DEVICE = "02:00:00:00:00:12";
/** ms since the epoch: what was said has the time 0 and more, one in each ms. */
const PERIOD = "from=100000&until=900000";

const by = (path: string): ListQuery => ({ path, by: "owner" });
const all = (path: string): ListQuery => ({ path });

/** Every list of the console's API, sorted and filtered in each way that it offers. */
export const LIST_QUERIES: readonly ListQuery[] = [
  ...["seen", "id", "alias", "board", "version", "created"].flatMap((sort) =>
    ["asc", "desc"].map((order) => all(`devices?sort=${sort}&order=${order}`)),
  ),
  ...["search=room%2012", "search=no%20such", "search=00:12", "agent=agent", "board=board-3", "group=Lobby"].map(
    (filter) => all(`devices?${filter}`),
  ),
  ...["online=true", "online=false", "online=false&search=room&board=board-3&sort=alias"].map((filter) =>
    all(`devices?${filter}`),
  ),
  by("devices"),
  by("devices?search=room&sort=alias"),
  by("devices?group=Lobby&sort=version"),
  all("device-groups"),
  by("device-groups"),
  ...["name", "created", "updated"].map((sort) => all(`agents?sort=${sort}`)),
  all("agents?search=12"),
  by("agents"),
  all("agent-tags"),
  ...["", "order=asc", `device=${DEVICE}`, "agent=agent", "search=Talk%2099", "search=no%20such", PERIOD].map(
    (filter) => all(`sessions?${filter}`),
  ),
  all(`sessions?agent=agent&search=Talk%205&${PERIOD}`),
  by("sessions"),
  by("sessions?order=asc"),
  by(`sessions?device=02:00:00:00:00:12`),
  by("sessions?agent=agent"),
  by("sessions?search=Talk%2099"),
  by(`sessions?${PERIOD}`),
  ...["", "order=asc", "session=s77", `device=${DEVICE}`, "agent=agent", "role=user", "role=tool", PERIOD].map(
    (filter) => all(`messages?${filter}`),
  ),
  ...[`${PERIOD}&role=user`, `agent=agent&role=assistant&${PERIOD}`, `device=${DEVICE}&role=user&${PERIOD}`].map(
    (filter) => all(`messages?${filter}`),
  ),
  ...["search=%E5%A4%A9%E6%B0%94", "search=number77", "search=nothing", "search=%E5%A4%A9%E6%B0%94&role=user"].map(
    (filter) => all(`messages?${filter}`),
  ),
  ...[`search=lamp&device=${DEVICE}`, `search=lamp&${PERIOD}`, "search=lamp&agent=agent&order=asc"].map((filter) =>
    all(`messages?${filter}`),
  ),
  by(`messages?device=${DEVICE}`),
  by("messages?agent=agent"),
  by("messages?agent=agent&search=lamp"),
  by("messages?session=s12"),
  ...["", "actor=user-3@home.lan", "action=update", "entity=devices", `subject=${DEVICE}`, PERIOD].map((filter) =>
    all(`audit?${filter}`),
  ),
  all("audit?actor=user-3@home.lan&action=update"),
  ...["users", "users?search=a", "templates", "models", "providers", "parameters", "documents", "firmware"].map(all),
  ...["agents/agent/snapshots", "agents/agent/memories", "agents/agent/voiceprints"].map(all),
  all("passages?question=lamp"),
];
