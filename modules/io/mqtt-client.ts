import MQTTClient from "embedded:network/mqtt/client";

/** The SDK's MQTT client, as far as it is used and as it behaves; the SDK's own declaration differs. */
export interface MqttClient {
  read(byteLength?: number): ArrayBuffer | undefined;
  /**
   * Gives the room left; throws when there was not enough. A message with a `byteLength` larger than `data` goes on
   * with writes that have no options.
   */
  write(
    data: Uint8Array | null,
    options?: {
      readonly topic?: string;
      readonly byteLength?: number;
      readonly retain?: boolean;
      readonly operation?: number;
      readonly items?: readonly { readonly topic: string }[];
    },
  ): number;
  close(): void;
}

export interface MqttClientOptions {
  readonly host: string;
  readonly port: number;
  readonly id: string;
  readonly user?: string;
  readonly password?: string;
  readonly will?: { readonly topic: string; readonly message: string; readonly retain: boolean };
  /** ms */
  readonly keepAlive: number;
  /** `io` is the class to use, the rest are its options. */
  readonly dns: object;
  readonly socket: object;
  readonly onReadable: (this: MqttClient, byteLength: number, options: { readonly more: boolean }) => void;
  readonly onWritable: (byteLength: number) => void;
  readonly onControl: (message: { readonly operation: number }) => void;
  readonly onError: () => void;
}

type MqttClientClass = {
  readonly CONNACK: number;
  readonly SUBSCRIBE: number;
  new (options: MqttClientOptions): MqttClient;
};

export const MqttClient = MQTTClient as unknown as MqttClientClass;
