/** What a device has sent and received, over all its sockets. */
export interface Traffic {
  /** Sockets opened so far. */
  opened: number;
  sentBytes: number;
  receivedBytes: number;
}
