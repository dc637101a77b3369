/** Any free ports of this computer. */
export const ANY_PORTS = {
  XIAOZHI_SERVER_IP: "127.0.0.1",
  XIAOZHI_SERVER_PORT: "0",
  XIAOZHI_SERVER_HTTP_PORT: "0",
  XIAOZHI_MCP_ENDPOINT_SERVER_PORT: "0",
};

/** Settings of a server that is a node among others. */
export function nodeEnv(name: string): Record<string, string> {
  return {
    ...ANY_PORTS,
    XIAOZHI_NATS_URL: "nats://in-memory",
    XIAOZHI_SERVER_AUTH_KEY: "a secret that all nodes have",
    XIAOZHI_NODE_NAME: name,
  };
}
