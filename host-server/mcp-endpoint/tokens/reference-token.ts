import { createCipheriv, createDecipheriv } from "node:crypto";
import { isObject } from "../../../protocol/json.ts";

/** Key lengths of AES in bytes; the reference fills any other with zeros, or cuts it, to the longest. */
const KEY_BYTES = [16, 24, 32] as const;

function cipherKey(key: string): { readonly bytes: Buffer; readonly name: string } {
  const given = Buffer.from(key);
  const size = KEY_BYTES.find((length) => length === given.length) ?? 32;
  const bytes = Buffer.alloc(size);
  given.copy(bytes);
  return { bytes, name: `aes-${size * 8}-ecb` };
}

/** A token as the reference's consoles make it: who has it may be on either side, for ever. */
export function sealReferenceToken(key: string, agentId: string): string {
  const { bytes, name } = cipherKey(key);
  const cipher = createCipheriv(name, bytes, null);
  // With a blank, as the console writes it.
  const text = `{"agentId": ${JSON.stringify(agentId)}}`;
  return Buffer.concat([cipher.update(text), cipher.final()]).toString("base64");
}

/** The agent that such a token names. @throws Error saying what is wrong with the token, without quoting it */
export function openReferenceToken(key: string, token: string): string {
  // A plus that was not encoded in the address has become a blank.
  const sealed = Buffer.from(token.replaceAll(" ", "+"), "base64");
  const { bytes, name } = cipherKey(key);
  let text: string;
  try {
    const decipher = createDecipheriv(name, bytes, null);
    text = Buffer.concat([decipher.update(sealed), decipher.final()]).toString();
  } catch {
    throw new Error("the token was not made with this endpoint's key");
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error("the token holds no JSON");
  }
  const agentId = isObject(value) ? value["agentId"] : undefined;
  if (typeof agentId !== "string" || agentId === "") throw new Error("the token names no agent (agentId)");
  return agentId;
}
