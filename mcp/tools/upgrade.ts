import { defineTool, type Tool } from "../tool.ts";

/** `self.upgrade_firmware` answers, then installs the image at a URL and restarts. */
export function upgradeTool(upgrade: (url: string) => void): Tool {
  return defineTool({
    name: "self.upgrade_firmware",
    description: "Upgrade the firmware from a URL, then restart.",
    audience: "user",
    params: { url: { type: "string", description: "Where the firmware image is." } },
    run: ({ url }) => {
      upgrade(url);
      return true;
    },
  });
}

/** `self.assets.set_download_url` keeps where to get the assets at the next start. */
export function assetsTool(keep: (url: string) => void): Tool {
  return defineTool({
    name: "self.assets.set_download_url",
    description: "Set the URL from which assets are downloaded at the next start.",
    audience: "user",
    params: { url: { type: "string", description: "Where the assets are." } },
    run: ({ url }) => {
      keep(url);
      return true;
    },
  });
}
