import { AppError } from "../../errors.ts";
import { MAX_UNPACKED_BYTES, readArchive } from "../../flash/archive.ts";
import { type FlashImage, FlashImages } from "../../flash/flash-images.ts";
import { listOf } from "../contract/common.ts";
import { type FlashImageShown, flashImage } from "../contract/firmware.ts";
import { ConsoleError, notFound } from "../errors.ts";
import { bytesOf } from "../http/body-bytes.ts";
import { defineRoute } from "../http/route.ts";
import type { RouteMaker } from "../parts.ts";

/** What the page for flashing writes into new devices. */
export const flashRoutes: readonly RouteMaker[] = [
  ({ dataDirectory }) =>
    defineRoute({
      method: "get",
      path: "/api/flash-images",
      access: "administrator",
      summary: "Lists what browsers can write into new devices.",
      answer: listOf(flashImage),
      run: async () => {
        const rows = (await new FlashImages(dataDirectory).list()).map(shown);
        return { rows, total: rows.length, isCounted: true };
      },
    }),
  ({ dataDirectory, config }) =>
    defineRoute({
      method: "post",
      path: "/api/flash-images",
      access: "administrator",
      summary: "Takes an archive (zip, tar; application/octet-stream) of what build-firmware wrote, and signs it.",
      answer: flashImage,
      takesBytes: true,
      status: 201,
      run: async ({ context }) => {
        const bytes = await bytesOf(context, Math.min(config().console.upload_bytes, MAX_UNPACKED_BYTES));
        try {
          return shown(await new FlashImages(dataDirectory).add(await readArchive(bytes)));
        } catch (error) {
          throw refused(error);
        }
      },
    }),
  ({ dataDirectory }) =>
    defineRoute({
      method: "delete",
      path: "/api/flash-images/{id}",
      access: "administrator",
      summary: "Removes one.",
      run: async ({ params: { id = "" } }) => {
        const images = new FlashImages(dataDirectory);
        if (!(await images.find(id))) throw notFound("flash image", id);
        await images.remove(id);
        return { id };
      },
    }),
];

function shown({ id, manifest }: FlashImage): FlashImageShown {
  const [build] = manifest.builds;
  const bytes = build?.parts.reduce((sum, part) => sum + part.bytes, 0) ?? 0;
  return { id, board: manifest.board, version: manifest.version, chip: build?.chipFamily ?? "", bytes };
}

function refused(error: unknown): unknown {
  if (!(error instanceof AppError) || error instanceof ConsoleError) return error;
  const reason = error.message.replace(`${error.code}: `, "");
  return new ConsoleError(error.code === "flash-image-exists" ? 409 : 400, error.code, reason);
}
