import { pbkdf2Sync, randomBytes } from "node:crypto";

const SALT_BYTES = 12;
const HASH_BYTES = 64;
/** What mosquitto_passwd takes; the passwords have 256 bits. */
const ITERATIONS = 101;

/** A line of a password file, as mosquitto_passwd writes it: PBKDF2 with SHA-512. */
function passwordLine(user: string, password: string): string {
  const salt = randomBytes(SALT_BYTES);
  const hash = pbkdf2Sync(password, salt, ITERATIONS, HASH_BYTES, "sha512");
  return `${user}:$7$${ITERATIONS}$${salt.toString("base64")}$${hash.toString("base64")}\n`;
}

export interface MosquittoFiles {
  readonly passwords: string;
  readonly rules: string;
}

/**
 * Files for Mosquitto's `password_file` and `acl_file`: each device reads and writes its own topic and no other, the gateway
 * those of all.
 */
export function mosquittoFiles(
  gateway: { readonly user: string; readonly password: string; readonly node: string },
  devices: readonly { readonly username: string; readonly password: string }[],
): MosquittoFiles {
  const { user, password, node } = gateway;
  const lines = devices.map((device) => passwordLine(device.username, device.password));
  return {
    passwords: passwordLine(user, password) + lines.join(""),
    rules: [
      `user ${user}`,
      `topic read device-server/${node}/+`,
      "topic write devices/p2p/+",
      "",
      `pattern write device-server/${node}/%u`,
      "pattern read devices/p2p/%u",
      "",
    ].join("\n"),
  };
}
