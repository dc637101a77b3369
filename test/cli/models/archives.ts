import { buffer } from "node:stream/consumers";
import { type Headers, pack } from "tar-stream";

/** `small-model/` with `tokens.txt` and `model.onnx`, as `tar -cj` packs it. */
export const SMALL_MODEL: Buffer = Buffer.from(
  "QlpoOTFBWSZTWSeXQ4sAAOf/kMmQAEBAA/+AABGEQGYPnkAEAAAoIACSDaqeqNpqehHqAZHpBp6NQRSKPTUaA0BkAAeR/fJZs5dY0L4FbciiOouo7Csh0TPTJtaqJAhWSHOO4e4dpRVcDpR3sCGJvwsmzjxZqr4rBPT3VrzZAWWWuxqhvxI0SzSm3YmliYnzMdXpalbP2hyIEiQ9o0oWI1iRuoQ39RCX8XckU4UJAnl0OLA=",
  "base64",
);
export const SMALL_MODEL_SHA256 = "fcb2de5c1c266a9360d032d1d9d72964695911c28440d5f51eed2c8831f4a6cb";

/** A tar archive of these entries. */
export function tarOf(entries: readonly (Headers & { readonly content?: string })[]): Promise<Buffer> {
  const tar = pack();
  for (const { content, ...header } of entries) tar.entry(header, content ?? "");
  tar.finalize();
  return buffer(tar);
}
