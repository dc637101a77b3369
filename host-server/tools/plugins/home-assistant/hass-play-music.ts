import { definePlugin, type Plugin } from "../../plugin.ts";
import { languageFor } from "../user-language.ts";
import type { Home } from "./home.ts";

/** Plays music on a player of the home, by its Music Assistant. */
export function hassPlayMusic(home: Home): Plugin {
  return definePlugin({
    name: "hass_play_music",
    description: "Plays music or an audio book on a media player of the home, when the user names a room or a player.",
    params: {
      media_content_id: {
        type: "string",
        description: 'Album, song or artist; "random" when the user names none.',
        default: "random",
      },
      entity_id: { type: "string", description: `Entity id of the media_player. The devices are: ${home.list}` },
    },
    run: async ({ media_content_id: media, entity_id }, _caller, signal) => {
      const name = home.nameOf(entity_id);
      const data = { entity_id, media_id: media };
      await home.call("music_assistant/play_media", data, signal);
      const isChinese = languageFor("", media === "random" ? name : media) === "zh";
      return { reply: isChinese ? `${name}正在播放${media}。` : `Playing ${media}: ${name}.` };
    },
  });
}
