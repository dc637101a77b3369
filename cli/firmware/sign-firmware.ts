import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { readImageIdentity } from "../../modules/upgrade/image-identity.ts";
import { readSignatureBlock, SIGNATURE_BLOCK_BYTES, signatureBlock } from "../../modules/upgrade/signature-block.ts";

const HELP = `Usage: xiaozhi sign-firmware --key KEY.pem IMAGE.bin [OUTPUT.bin]
       xiaozhi sign-firmware --key KEY.pem --make-key

Puts a signature behind a firmware image, which stays as it is otherwise. Devices whose build has the public key
("firmwareKey" in the config of a manifest) install no other images.

  --key FILE   the private key: ECDSA over P-256, PEM
  --make-key   makes a new one in that file, and prints the line for the manifest. Keep it: who loses it cannot give
               those devices new firmware, and who else has it can
  --help       show this
`;

/** What cannot be signed. */
class SignError extends Error {
  override readonly name = "SignError";
  readonly code = "not-signed";
}

/** The line of a manifest for the owner of a key: coordinates of the public key, 128 hexadecimal digits. */
export function firmwareKeyOf(key: KeyObject): string {
  const { x = "", y = "" } = createPublicKey(key).export({ format: "jwk" });
  return [x, y].map((text) => Buffer.from(text, "base64url").toString("hex").padStart(64, "0")).join("");
}

/**
 * The image with its signature.
 *
 * @throws ImageRefusedError when it is none of this firmware; SignError when it is signed already, or the key is no P-256 key
 */
export function signFirmware(image: Uint8Array, key: KeyObject): Uint8Array {
  if (key.asymmetricKeyDetails?.namedCurve !== "prime256v1") {
    throw new SignError(
      `expected a key over P-256, got ${key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType}`,
    );
  }
  readImageIdentity(image);
  if (readSignatureBlock(image.subarray(-SIGNATURE_BLOCK_BYTES))) throw new SignError("the image is signed already");
  const signature = sign("sha256", image, { key, dsaEncoding: "ieee-p1363" });
  return Buffer.concat([image, signatureBlock(signature)]);
}

function makeKey(file: string): void {
  if (existsSync(file)) throw new SignError(`${file} exists already`);
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  writeFileSync(file, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  console.log(`wrote ${file}\n"config": { "firmwareKey": "${firmwareKeyOf(privateKey)}" }`);
}

function signFile(keyFile: string, input: string, output: string): void {
  const key = createPrivateKey(readFileSync(keyFile));
  const signed = signFirmware(readFileSync(input), key);
  writeFileSync(output, signed);
  console.log(`wrote ${output} (${signed.byteLength} bytes), for builds with the firmwareKey ${firmwareKeyOf(key)}`);
}

/** `xiaozhi sign-firmware`: see its `--help`. Gives the exit status. */
export async function run(args: string[]): Promise<number> {
  try {
    const flag = { type: "boolean" } as const;
    const options = { key: { type: "string" }, "make-key": flag, help: flag } as const;
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const [input, output = input] = positionals;
    if (values.help) console.log(HELP);
    else if (values.key === undefined) throw new SignError("--key is missing");
    else if (values["make-key"]) makeKey(values.key);
    else if (input === undefined || output === undefined) throw new SignError("the image is missing");
    else signFile(values.key, input, output);
    return 0;
  } catch (error) {
    console.error(`xiaozhi sign-firmware: ${(error as Error).message}\nSee "xiaozhi sign-firmware --help".`);
    return 1;
  }
}
