import { defineTool, type Tool } from "../tool.ts";

/** What the tools need of a screen. */
export interface ScreenFacts {
  readonly width: number;
  readonly height: number;
  readonly isMonochrome: boolean;
}

/** What the screen shows, sent somewhere. Rejects when it is not taken. */
export type SendSnapshot = (url: string, quality: number) => Promise<void>;

/** A picture from somewhere on the screen. Rejects when it cannot be had or shown. */
export type Preview = (url: string) => Promise<void>;

/** What the tools ask of the screen. */
export interface ScreenServices {
  readonly facts: ScreenFacts;
  readonly sendSnapshot: SendSnapshot;
  readonly preview: Preview;
}

/** For the user of a device with a screen: what it is, and what it shows. */
export function screenTools({ facts, sendSnapshot, preview }: ScreenServices): readonly Tool[] {
  return [infoTool(facts), snapshotTool(sendSnapshot), previewTool(preview)];
}

function previewTool(preview: Preview): Tool {
  return defineTool({
    name: "self.screen.preview_image",
    description: "Show a picture (JPEG or PNG) from a URL on the screen for five seconds.",
    audience: "user",
    params: { url: { type: "string", description: "Where the picture is, by GET." } },
    run: async ({ url }) => {
      await preview(url);
      return true;
    },
  });
}

function infoTool({ width, height, isMonochrome }: ScreenFacts): Tool {
  return defineTool({
    name: "self.screen.get_info",
    description: "Get the size of the screen in pixels, and whether it is monochrome.",
    audience: "user",
    params: {},
    run: () => ({ width, height, monochrome: isMonochrome }),
  });
}

function snapshotTool(send: SendSnapshot): Tool {
  return defineTool({
    name: "self.screen.snapshot",
    description: "Send a picture of the screen to a URL, as a JPEG file in a form.",
    audience: "user",
    params: {
      url: { type: "string", description: "Where the picture is sent by POST." },
      quality: { type: "integer", minimum: 1, maximum: 100, default: 80 },
    },
    run: async ({ url, quality }) => {
      await send(url, quality);
      return true;
    },
  });
}
