/** Where and as whom a device connects with MQTT, as servers tell it. */
export interface MqttAddress {
  /** `host` or `host:port`. */
  readonly endpoint: string;
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
  readonly publishTopic: string;
  /** "" when the server sends without a subscription. */
  readonly subscribeTopic: string;
  /** Where the server publishes for this device that it is gone; "" when nobody asks for it. */
  readonly willTopic: string;
  readonly keepaliveSeconds: number;
}

/** The port of MQTT over TLS; every other is in clear. */
export const TLS_PORT = 8883;

const ENDPOINT_PATTERN = /^([^/:?#[\]@\s]+)(?::(\d{1,5}))?$/;

/**
 * Splits an endpoint; without a port it is that of MQTT over TLS.
 *
 * @throws Error naming the endpoint
 */
export function parseEndpoint(endpoint: string): { readonly host: string; readonly port: number } {
  const match = ENDPOINT_PATTERN.exec(endpoint);
  const port = match?.[2] === undefined ? TLS_PORT : Number(match[2]);
  const host = match?.[1];
  if (host === undefined || port < 1 || port > 65535) {
    throw new Error(`expected an MQTT endpoint such as host:1883, got "${endpoint}"`);
  }
  return { host, port };
}
