/** How a device of the fleet reaches its server. */
export type FleetTransport = "websocket" | "mqtt";

/** What somebody says once. */
export interface PlannedTurn {
  /** Its number in the list of phrases. */
  readonly phrase: number;
  /** ms between the end of the answer before and this. */
  readonly thinkMs: number;
  /** ms of the answer after which it is interrupted; undefined: it is heard to its end. */
  readonly interruptAfterMs: number | undefined;
}

/** Several turns, one after the other. */
export interface PlannedConversation {
  /** ms from the beginning. */
  readonly at: number;
  readonly turns: readonly PlannedTurn[];
  /** Whether the button ends it; otherwise its owner just walks away. */
  readonly endsByButton: boolean;
}

/** What a network does to a device: its connections break, or it loses its Wi-Fi for a while, or nothing gets through. */
export interface Disturbance {
  /** ms from the beginning. */
  readonly at: number;
  readonly kind: "cut" | "roam" | "stall";
  /** How long it lasts. */
  readonly ms: number;
}

/** How good a device's network is. */
export interface Weather {
  /** ms that bytes travel each way, from and to. */
  readonly delayMs: readonly [number, number];
  /** Share of datagrams that get lost, 0 to 1. */
  readonly datagramLoss: number;
  readonly disturbances: readonly Disturbance[];
}

/** Everything that happens to one device. */
export interface Life {
  /** From 1; also its seed within the fleet's. */
  readonly number: number;
  readonly transport: FleetTransport;
  /** ms from the beginning until it is switched on. */
  readonly startsAt: number;
  readonly conversations: readonly PlannedConversation[];
  readonly weather: Weather;
}
