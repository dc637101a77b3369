import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { boardFolder } from "../board/folder.ts";
import { LinkError, Linker } from "../boards/link.ts";
import { describeImageSize, type ImageSize, readImageSize } from "./image-size.ts";

const HELP = `Usage: xiaozhi firmware-size BOARD
       xiaozhi firmware-size FOLDER

Prints how many bytes of flash memory the firmware of a board takes, by part. BOARD is a folder of boards/ or a path to
one; it is linked with the Moddable SDK (MODDABLE, mcconfig on the PATH; without ESP-IDF). FOLDER is where mcconfig has
built an image: the one with mc.xs.c in it. Native code is not counted.
`;

async function sizeOf(place: string): Promise<ImageSize> {
  if (existsSync(join(place, "mc.xs.c"))) return readImageSize(place);
  const linker = new Linker();
  try {
    return await linker.link(boardFolder(place));
  } finally {
    linker.close();
  }
}

/** `xiaozhi firmware-size`: see its `--help`. Gives the exit status. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: { help: { type: "boolean" } }, allowPositionals: true });
  const [place, ...rest] = positionals;
  if (values.help || place === undefined || rest.length > 0) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  try {
    console.log(describeImageSize(await sizeOf(place)));
    return 0;
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    console.error(`xiaozhi firmware-size: ${error.message}`);
    return 1;
  }
}
