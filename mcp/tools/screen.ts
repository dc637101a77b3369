import { defineTool, type Tool } from "../tool.ts";

/** What the tools need of a screen. */
export interface ScreenFacts {
  readonly width: number;
  readonly height: number;
  readonly isMonochrome: boolean;
}

/** What the screen shows, sent somewhere. Rejects when it is not taken. */
export type SendSnapshot = (url: string, quality: number) => Promise<void>;

/** For the user of a device with a screen: what it is, and what it shows. */
export function screenTools(screen: ScreenFacts, send: SendSnapshot): readonly Tool[] {
  return [infoTool(screen), snapshotTool(send)];
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
