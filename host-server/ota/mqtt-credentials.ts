import { createHmac, timingSafeEqual } from "node:crypto";

/** What a device logs in to MQTT with. */
export interface MqttLogin {
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
}

/** The user name that the reference server gives every device: base64 of JSON, with a space after the colon. */
const USERNAME = Buffer.from('{"ip": "unknown"}').toString("base64");

/** Hands out MQTT logins in the version check, and knows them when they come back. */
export class MqttCredentials {
  readonly #key: string;

  /** `key` is what the password is signed with (HMAC-SHA256). */
  constructor(key: string) {
    this.#key = key;
  }

  /** The login of a device. The third part of its id is the MAC address again, as gateways of the reference know it. */
  loginFor(deviceId: string, model: string): MqttLogin {
    const name = deviceId.replaceAll(":", "_");
    const clientId = `GID_${model.replace(/[: ]/g, "_")}@@@${name}@@@${name}`;
    return { clientId, username: USERNAME, password: this.#sign(clientId, USERNAME) };
  }

  /** Whether this password was made with our key for this id and user. */
  isGenuine({ clientId, username, password }: MqttLogin): boolean {
    const expected = Buffer.from(this.#sign(clientId, username));
    const given = Buffer.from(password);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  #sign(clientId: string, username: string): string {
    return createHmac("sha256", this.#key).update(`${clientId}|${username}`).digest("base64");
  }
}

const FORBIDDEN_IN_KEY = ["test", "1234", "admin", "password", "qwerty", "xiaozhi"];

/** Why a key is too weak for signatures, by the rule of the reference gateway; undefined when it is good. */
export function weaknessOfKey(key: string): string | undefined {
  if (key.length < 8) return "it has fewer than 8 characters";
  if (!/[a-z]/.test(key) || !/[A-Z]/.test(key)) return "it needs upper and lower case letters";
  const word = FORBIDDEN_IN_KEY.find((text) => key.toLowerCase().includes(text));
  return word === undefined ? undefined : `it contains "${word}"`;
}
