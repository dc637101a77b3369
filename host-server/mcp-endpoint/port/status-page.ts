import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { Agent } from "../agent.ts";
import type { Relay } from "../relay.ts";

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #ccc;vertical-align:top}
code{font-size:.9em;overflow-wrap:anywhere}
@media(prefers-color-scheme:dark){body{color:#eee;background:#181818}th,td{border-color:#444}}`;

type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

/** The status for people; with the relay, who is connected. */
export function statusPage(relay: Relay | undefined): Markup {
  const body = relay
    ? tableOf(relay)
    : html`<p>It works. Add <code>?key=…</code> to the address to see who is connected.</p>`;
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>MCP endpoint</title><style>${STYLE}</style></head>
<body><h1>MCP endpoint</h1>${body}</body>
</html>`;
}

function tableOf({ agents, counts }: Relay): Markup {
  if (agents.length === 0) return html`<p>Nobody is connected.</p>`;
  const { tool_connections: tools, robot_connections: callers } = counts;
  return html`<p>Tool servers: ${tools}. Assistants: ${callers}.</p>
<table><thead><tr><th>Agent</th><th>Assistants</th><th>Tool server</th><th>Tools</th><th>Calls under way</th></tr></thead>
<tbody>${agents.map(rowsOf)}</tbody></table>`;
}

function rowsOf({ id, callerCount, servers }: Agent): Markup {
  const first = html`<td>${id}</td><td>${callerCount}</td>`;
  if (servers.length === 0) return html`<tr>${first}<td colspan="3">none: calls get an error</td></tr>`;
  return html`${servers.map(
    (server, at) => html`<tr>${at === 0 ? first : html`<td></td><td></td>`}
<td>${server.serverName}<br><small>${server.address}</small></td>
<td><code>${server.isReady ? server.tools.map(({ name }) => name).join(", ") : "not known yet"}</code></td>
<td>${server.pendingCount}</td></tr>`,
  )}`;
}
