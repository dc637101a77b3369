import type { ScreenServices } from "../../mcp/tools/screen.ts";
import type { Clock } from "../../protocol/clock.ts";
import { sendFormFile } from "../io/http/form-file.ts";
import { fetchFile } from "../io/http/http-file.ts";
import { parseUrl } from "../io/url.ts";
import type { View } from "../ui/view.ts";

/** A third of the heap; a photograph of a screen's size is a quarter of this. */
const MAX_PICTURE_BYTES = 64 * 1024;

/** Boundary, field and file name are those of reference devices. */
const FORM = Object.freeze({
  boundary: "----ESP32_SCREEN_SNAPSHOT_BOUNDARY",
  field: "file",
  fileName: "screenshot.jpg",
  type: "image/jpeg",
});

/** What the user's tools do with a screen: pictures from it, and to it. */
export function createScreenServices(view: View, clock: Clock, authority: ArrayBuffer | undefined): ScreenServices {
  return {
    facts: view,
    sendSnapshot: async (url, quality) => {
      await sendFormFile({ ...FORM, url, clock, authority, content: view.snapshot(quality) });
    },
    preview: async (url) => {
      const accept = "image/jpeg, image/png";
      const file = await fetchFile({ url: parseUrl(url), authority, clock, accept, maxBytes: MAX_PICTURE_BYTES });
      await view.showPicture(file);
    },
  };
}
