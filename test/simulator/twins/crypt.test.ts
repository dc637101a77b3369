import assert from "node:assert/strict";
import { test } from "node:test";
import { UDP_KEY, UDP_PLAIN, UDP_VECTORS } from "../../protocol/vectors/udp.ts";
import { run } from "./program.ts";

const PRELUDE = `import { BlockCipher, Mode } from "crypt";
  const hex = (string) => Uint8Array.from(string.match(/../g), (pair) => parseInt(pair, 16));
  const shown = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const plain = hex("${UDP_PLAIN}");
  const mode = () => new Mode("CTR", new BlockCipher("AES", hex("${UDP_KEY}").buffer));
`;

test("AES-128-CTR gives the vectors, for views too, and back again", async () => {
  const headers = UDP_VECTORS.map(({ header }) => `"${header}"`).join();
  const said = await run(`${PRELUDE}
    export default () => {
      const cipher = mode();
      for (const header of [${headers}]) {
        cipher.setIV(hex(header).buffer);
        const encrypted = cipher.encrypt(plain);
        say(shown(encrypted));
        cipher.setIV(hex(header).buffer);
        say(shown(cipher.decrypt(new Uint8Array(encrypted))) === shown(plain));
      }
    };`);
  assert.deepEqual(
    said,
    UDP_VECTORS.flatMap(({ cipher }) => [cipher, true]),
  );
});

test("the key stream goes on from call to call, wherever a call ends, and the counter wraps", async () => {
  const said = await run(`${PRELUDE}
    export default () => {
      const counter = new Uint8Array(16).fill(255).buffer;
      const whole = mode();
      whole.setIV(counter);
      const expected = shown(whole.encrypt(new Uint8Array(75)));
      const parts = mode();
      parts.setIV(counter);
      let text = "";
      for (const count of [5, 11, 16, 1, 42]) text += shown(parts.encrypt(new Uint8Array(count)));
      say(text === expected);
    };`);
  assert.deepEqual(said, [true]);
});

test("hash functions give the vectors of RFC 1321 and FIPS 180, for text, buffers and views, in pieces", async () => {
  const said = await run(`import { Digest } from "crypt";
    const shown = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    export default () => {
      const sha256 = new Digest("SHA256");
      sha256.write("a");
      sha256.write(ArrayBuffer.fromString("b"));
      sha256.write(new Uint8Array(ArrayBuffer.fromString("abcd")).subarray(2, 3));
      say(shown(sha256.close()));
      sha256.reset();
      say(shown(sha256.close(true)));
      say(shown(sha256.process("a", "bc")));
      say(shown(new Digest("MD5").process("abc")));
      say([sha256.blockSize, sha256.outputSize, new Digest("SHA512").blockSize, new Digest("SHA512").outputSize]);
      say(attempt(() => sha256.write("more")));
      say(attempt(() => new Digest("SHA3")));
    };`);
  const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  assert.deepEqual(said, [
    abc,
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    abc,
    "900150983cd24fb0d6963f7d28e17f72",
    [64, 32, 128, 64],
    "Error: twin of crypt: digest used after its end",
    "Error: crypt: unsupported digest",
  ]);
});

test("what is not AES in counter mode, or no key, is refused", async () => {
  const said = await run(`${PRELUDE}
    export default () => {
      say(attempt(() => new BlockCipher("AES", new ArrayBuffer(15))));
      say(attempt(() => mode().setIV(new Uint8Array(16))));
      say(attempt(() => new BlockCipher("DES", new ArrayBuffer(16))));
      say(attempt(() => mode().encrypt(new Uint8Array(4), new ArrayBuffer(3))));
    };`);
  assert.deepEqual(said, [
    "Error: invalid key length",
    "TypeError: this is not an ArrayBuffer instance",
    'Error: twin of crypt: unimplemented cipher "DES"',
    "Error: output too small",
  ]);
});
