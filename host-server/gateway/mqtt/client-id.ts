/** What an MQTT client id says: `GROUP@@@aa_bb_cc_dd_ee_ff@@@UUID`. */
export interface MqttClientId {
  /** The whole id. */
  readonly text: string;
  /** `GID_` and the model of the device. */
  readonly group: string;
  /** MAC address as the client id has it, with `_`; the name of the device's topic. */
  readonly topicName: string;
  /** MAC address with `:`. */
  readonly deviceId: string;
  /** The third part; undefined in an id of two parts, which carries no signature. */
  readonly clientId: string | undefined;
}

const MAC = /^[0-9a-f]{2}(_[0-9a-f]{2}){5}$/i;
const GROUP = /^\P{Cc}{1,128}$/u;
/** What fits an HTTP header, in which it is handed on. */
const CLIENT_ID = /^[\x21-\x7e]{1,128}$/;

/** The client id under which a device at another broker is known here: its address is all that is known of it. */
export function clientIdAtBroker(topicName: string): string {
  return `GID_default@@@${topicName}@@@${topicName}`;
}

/** The parts of a client id; undefined for anything but two or three parts with a MAC address in the second. */
export function parseClientId(text: string): MqttClientId | undefined {
  const [group, topicName, clientId, ...rest] = text.split("@@@");
  if (group === undefined || topicName === undefined || rest.length > 0 || !MAC.test(topicName)) return undefined;
  if (!GROUP.test(group) || (clientId !== undefined && !CLIENT_ID.test(clientId))) return undefined;
  return { text, group, topicName, deviceId: topicName.replaceAll("_", ":"), clientId };
}
