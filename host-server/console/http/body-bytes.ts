import type { Context } from "hono";
import { ConsoleError } from "../errors.ts";

/** The bytes of a body, of which no more is read than may come. @throws ConsoleError `body-too-large`, `body-invalid` */
export async function bytesOf(context: Context, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = new ConsoleError(413, "body-too-large", `expected at most ${maxBytes} bytes`);
  if (Number(context.req.header("content-length") ?? 0) > maxBytes) throw tooLarge;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of context.req.raw.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge;
    chunks.push(chunk);
  }
  if (size === 0) throw new ConsoleError(400, "body-invalid", "the body is empty");
  return Buffer.concat(chunks);
}
