import { BlockCipher, Digest, Mode } from "crypt";
import { bytes, type Environment, hex } from "../environment.ts";

const KEY = new Uint8Array([43, 126, 21, 22, 40, 174, 210, 166, 171, 247, 21, 136, 9, 207, 79, 60]);

function counterMode(counter: number): Mode {
  const iv = new Uint8Array(16).fill(counter);
  const mode = new Mode("CTR", new BlockCipher("AES", KEY.slice().buffer));
  mode.setIV(iv.buffer);
  return mode;
}

/** Hashes in pieces, AES-128 in counter mode over any lengths and past the end of the counter, and what is refused. */
export default function crypt({ say, attempt, done }: Environment): void {
  for (const name of ["SHA256", "MD5", "SHA1", "SHA512"]) {
    const digest = new Digest(name as "SHA256");
    digest.write(bytes("ab").buffer as ArrayBuffer);
    digest.write(bytes("c").buffer as ArrayBuffer);
    say([name, hex(digest.close())]);
  }
  const view = new Digest("SHA256");
  view.write(bytes("xabcx").subarray(1, 4) as never);
  say(hex(view.close()));
  say(attempt(() => new Digest("SHA3" as never)));

  const whole = counterMode(255);
  say(hex(whole.encrypt(new Uint8Array(40))));
  const parts = counterMode(255);
  say([5, 11, 1, 23].map((length) => hex(parts.encrypt(new Uint8Array(length)))).join(""));
  const again = counterMode(7);
  const first = hex(again.encrypt(bytes("a datagram")));
  again.setIV(new Uint8Array(16).fill(7).buffer);
  say(first === hex(again.encrypt(bytes("a datagram"))));
  say(attempt(() => new BlockCipher("AES", new ArrayBuffer(15))));
  say(attempt(() => again.setIV(new Uint8Array(16) as never)));
  done();
}
