/** A connection to one side of an MCP endpoint: texts both ways, each one JSON-RPC message. */
export interface EndpointLink {
  /** Sends one message; one that is sent after the end is lost. */
  send(text: string): void;
  /** Ends the connection; `onClose` is not called for it. */
  close(): void;
}

/** What comes over a link. */
export interface EndpointLinkEvents {
  onText(text: string): void;
  /** The link has ended by itself, or by the other side. */
  onClose(reason: string): void;
}

/**
 * Opens a link: to a relay over the network, or to one in this process. `signal` gives up opening.
 *
 * @throws any error, when it cannot be opened
 */
export type OpenEndpointLink = (
  events: EndpointLinkEvents,
  signal: AbortSignal,
) => EndpointLink | Promise<EndpointLink>;

/** An MCP endpoint, seen from one side. */
export interface Endpoint {
  /** What it is called in the log, and what tells it from others; holds no secret that is logged. */
  readonly name: string;
  /** Two endpoints with the same key are the same. */
  readonly key: string;
  readonly open: OpenEndpointLink;
}
