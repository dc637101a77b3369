import { join } from "node:path";

/** Where the images of the console lie, apart from those that are offered to every device. */
export function firmwareFolder(dataDirectory: string): string {
  return join(dataDirectory, "firmware");
}
