import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { credentials, type Identity, makeCertificate } from "../../host-server/certificate/certificate.ts";
import { AppError } from "../../host-server/errors.ts";
import { authorityIn, ownAuthority } from "../../host-server/tls/own-authority.ts";

const HELP = `Usage: xiaozhi device-certificate DEVICE-ID… [--config FILE] [--authority FILE] [--days N] [--to FOLDER]

Makes a certificate for each device, with which it can show who it is (server.tls.client_ca).

  --config FILE     configuration beside which the server's own authority lies  [data/.config.yaml]
  --authority FILE  another authority instead: its key and its certificate, PEM
  --days N          how long it is good for  [until 2090]
  --to FOLDER       where DEVICE-ID.pem (certificate) and DEVICE-ID.key are written  [.]`;

const OPTIONS = {
  config: { type: "string", default: "data/.config.yaml" },
  authority: { type: "string" },
  days: { type: "string" },
  to: { type: "string", default: "." },
  help: { type: "boolean" },
} as const;

/** What fits a header and the name in a certificate (RFC 5280, ub-common-name). */
const DEVICE_ID = /^[\x21-\x7e]{1,64}$/;
const DAY_MS = 86_400_000;

/**
 * Makes certificates for devices; gives the exit status.
 *
 * @throws AppError `authority-invalid`, or `file-exists` where a certificate would be written over
 */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const wrong = positionals.find((id) => !DEVICE_ID.test(id));
  const days = Number(values.days ?? 1);
  if (wrong !== undefined || positionals.length === 0 || !(days > 0)) {
    const got = !(days > 0) ? `--days: expected a number above 0, got "${values.days}"` : undefined;
    console.error(`xiaozhi device-certificate: ${got ?? `expected ids of devices, got "${wrong ?? ""}"`}`);
    return 2;
  }
  const issuer =
    values.authority === undefined ? ownAuthority(dirname(values.config)) : readAuthority(values.authority);
  const until = values.days === undefined ? {} : { to: new Date(Date.now() + days * DAY_MS) };
  mkdirSync(values.to, { recursive: true });
  for (const id of positionals) {
    const { key, cert } = credentials(makeCertificate({ name: id, names: [], issuer, ...until }));
    const file = join(values.to, id.replaceAll(/[^\w.-]/g, "-"));
    write(`${file}.key`, key);
    write(`${file}.pem`, cert);
    console.log(`${id}: ${file}.pem, ${file}.key`);
  }
  return 0;
}

/** @throws AppError `authority-invalid` */
function readAuthority(file: string): Identity {
  const refuse = (what: string, cause?: unknown) =>
    new AppError("authority-invalid", `authority-invalid: --authority: ${what} (${file})`, { cause });
  let authority: Identity;
  try {
    authority = authorityIn(readFileSync(file, "utf8"));
  } catch (error) {
    throw refuse(`expected a key and its certificate, PEM: ${(error as Error).message}`, error);
  }
  const { asymmetricKeyType, asymmetricKeyDetails } = authority.key;
  if (asymmetricKeyType === "ec" && asymmetricKeyDetails?.namedCurve === "prime256v1" && authority.name !== "")
    return authority;
  throw refuse(
    "expected a key on P-256 and nothing but a common name; sign with its own program, as openssl x509 -req",
  );
}

/** @throws AppError `file-exists` */
function write(file: string, pem: string): void {
  try {
    writeFileSync(file, pem, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new AppError("file-exists", `file-exists: ${file} is there already: choose another folder with --to`);
  }
}
