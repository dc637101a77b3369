import type { AddressSettings } from "./settings.ts";

/**
 * Home Assistant's own MCP server (integration "Model Context Protocol Server"): streamable HTTP at `/api/mcp`, and at
 * `/mcp_server/sse` what versions before that have.
 *
 * @param url address of Home Assistant, with or without one of these paths
 * @param token a long-lived access token of one of its users
 */
export function homeAssistantServer(url: string, token: string): AddressSettings {
  const base = url.replace(/\/(api\/mcp|mcp_server\/sse)?\/*$/, "");
  return {
    kind: "address",
    name: "home_assistant",
    url: `${base}/api/mcp`,
    sseUrl: `${base}/mcp_server/sse`,
    headers: { Authorization: `Bearer ${token}` },
    transport: "either",
  };
}
