import { createHmac, timingSafeEqual } from "node:crypto";

/** What a device logs in to MQTT with. */
export interface MqttLogin {
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
}

/** The user name that the reference server gives every device: base64 of JSON, with a space after the colon. */
const USERNAME = Buffer.from('{"ip": "unknown"}').toString("base64");

/** The same with the second in which it was given out: gateways of the reference look at no other member than `ip`. */
function usernameOf(issuedSeconds: number | undefined): string {
  if (issuedSeconds === undefined) return USERNAME;
  return Buffer.from(`{"ip": "unknown", "issued": ${issuedSeconds}}`).toString("base64");
}

/** When a login was given out, in seconds since the epoch; undefined for one that never expires. */
export function issuedAt({ username }: Pick<MqttLogin, "username">): number | undefined {
  const seconds = /^\{"ip": "unknown", "issued": (\d{1,12})\}$/.exec(
    Buffer.from(username, "base64").toString("latin1"),
  );
  return seconds ? Number(seconds[1]) : undefined;
}

const MAC_NAME = /^[0-9a-f]{2}(_[0-9a-f]{2}){5}$/i;

/** Hands out MQTT logins in the version check, and knows them when they come back. */
export class MqttCredentials {
  readonly #key: string;

  /** `key` is what the password is signed with (HMAC-SHA256). */
  constructor(key: string) {
    this.#key = key;
  }

  /**
   * The login of a device, with the second in which it is given out where it is to expire. The third part of its id is the
   * MAC address again, as gateways of the reference know it.
   */
  loginFor(deviceId: string, model: string, issuedSeconds?: number): MqttLogin {
    const name = deviceId.replaceAll(":", "_");
    const clientId = `GID_${model.replace(/[: ]/g, "_")}@@@${name}@@@${name}`;
    const username = usernameOf(issuedSeconds);
    return { clientId, username, password: this.#sign(clientId, username) };
  }

  /**
   * The login of a device at a broker that is another program. Its user name is its own, so that the broker's rules for
   * topics can go by it; the password belongs to the user name alone.
   */
  brokerLoginFor(deviceId: string, model: string): MqttLogin {
    const username = deviceId.replaceAll(":", "_");
    return { clientId: this.loginFor(deviceId, model).clientId, username, password: this.#signUser(username) };
  }

  /** Whether a device's login at another broker is the one that we handed out. */
  isGenuineAtBroker({ clientId, username, password }: MqttLogin): boolean {
    const isOwnName = clientId.split("@@@")[1] === username;
    return isOwnName && MAC_NAME.test(username) && isEqual(password, this.#signUser(username));
  }

  /** Whether this password was made with our key for this id and user. */
  isGenuine({ clientId, username, password }: MqttLogin): boolean {
    return isEqual(password, this.#sign(clientId, username));
  }

  #signUser(username: string): string {
    return createHmac("sha256", this.#key).update(`broker|${username}`).digest("base64");
  }

  #sign(clientId: string, username: string): string {
    return createHmac("sha256", this.#key).update(`${clientId}|${username}`).digest("base64");
  }
}

/** Takes the same time wherever the two differ. */
export function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const FORBIDDEN_IN_KEY = ["test", "1234", "admin", "password", "qwerty", "xiaozhi"];

/** Why a key is too weak for signatures, by the rule of the reference gateway; undefined when it is good. */
export function weaknessOfKey(key: string): string | undefined {
  if (key.length < 8) return "it has fewer than 8 characters";
  if (!/[a-z]/.test(key) || !/[A-Z]/.test(key)) return "it needs upper and lower case letters";
  const word = FORBIDDEN_IN_KEY.find((text) => key.toLowerCase().includes(text));
  return word === undefined ? undefined : `it contains "${word}"`;
}
