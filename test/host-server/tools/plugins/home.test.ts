import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../../../protocol/json.ts";
import { type Asked, plugin } from "../../fakes/plugin.ts";

const HOME = {
  url: "http://home.local:8123/",
  token: "secret",
  devices: ["客厅,玩具灯,light.toy", "bedroom,blinds,cover.blinds", "bedroom,speaker,media_player.bedroom"],
};

/** The REST API of a home, as far as it is asked. */
function home({ url, headers }: Asked): object {
  if (headers.get("authorization") !== "Bearer secret")
    return Response.json({ message: "401: Unauthorized" }, { status: 401 });
  if (url.pathname === "/api/states/light.toy") {
    return { state: "on", attributes: { brightness: 128, rgb_color: [255, 0, 0], icon: "mdi:lamp", effect: null } };
  }
  if (url.pathname.startsWith("/api/services/")) return [];
  return Response.json({ message: "Entity not found." }, { status: 404 });
}

const at = (name: string, settings = HOME) => plugin(name, { site: home, abilities: { home: settings } });

test("the state of a device is told with what matters of it", async () => {
  const { run, tool } = at("hass_get_state");
  assert.match(JSON.stringify(tool?.inputSchema), /客厅 玩具灯: light\.toy; bedroom blinds: cover\.blinds/);
  const { data } = await run({ entity_id: "light.toy" });
  assert.deepEqual(data, { device: "客厅 玩具灯", state: "on", brightness: 128, rgb_color: [255, 0, 0] });
  await assert.rejects(run({ entity_id: "cover.blinds" }), {
    message: "home.local:8123 answered 404 Entity not found.",
  });
  await assert.rejects(at("hass_get_state", { ...HOME, token: "x" }).run({ entity_id: "light.toy" }), /answered 401/);
});

test("a device is switched by the service that its kind has", async () => {
  const { run, asked } = at("hass_set_state");
  const calls: [entity: string, state: JsonObject, path: string, data: JsonObject][] = [
    ["light.toy", { type: "turn_on" }, "light/turn_on", {}],
    ["light.toy", { type: "brightness_value", input: 40 }, "light/turn_on", { brightness_pct: 40 }],
    ["light.toy", { type: "brightness_down" }, "light/turn_on", { brightness_step_pct: -10 }],
    ["light.toy", { type: "set_color", rgb_color: [1, 2, 3] }, "light/turn_on", { rgb_color: [1, 2, 3] }],
    ["light.toy", { type: "set_kelvin", input: 3000 }, "light/turn_on", { color_temp_kelvin: 3000 }],
    ["cover.blinds", { type: "turn_off" }, "cover/close_cover", {}],
    ["media_player.bedroom", { type: "volume_set", input: 30 }, "media_player/volume_set", { volume_level: 0.3 }],
    [
      "media_player.bedroom",
      { type: "volume_mute", is_muted: "false" },
      "media_player/volume_mute",
      { is_volume_muted: false },
    ],
    ["media_player.bedroom", { type: "pause" }, "media_player/media_pause", {}],
  ];
  for (const [entity_id, state, path, data] of calls) {
    await run({ entity_id, state });
    const { url, method, body } = asked.at(-1) as Asked;
    assert.deepEqual([method, url.pathname, body], ["POST", `/api/services/${path}`, { entity_id, ...data }]);
  }
});

test("what a device cannot do, and one that is not of the home, is refused before anything is sent", async () => {
  const { run, asked } = at("hass_set_state");
  const wrong: [JsonObject, RegExp][] = [
    [
      { entity_id: "lock.front_door", state: { type: "turn_on" } },
      /"lock\.front_door" is not among home_assistant\.devices/,
    ],
    [{ entity_id: "../config", state: { type: "turn_on" } }, /is not among/],
    [{ entity_id: "light.toy", state: { type: "brightness_value", input: 400 } }, /state\.input: expected 0 to 100/],
    [
      { entity_id: "light.toy", state: { type: "set_color" } },
      /state\.rgb_color: expected red, green and blue, got \[\]/,
    ],
    [{ entity_id: "light.toy", state: { type: "pause" } }, /a light cannot pause/],
    [{ entity_id: "light.toy", state: { type: "explode" } }, /Value is not one of turn_on/],
  ];
  for (const [args, message] of wrong) await assert.rejects(run(args), { message });
  assert.equal(asked.length, 0);
});

test("music on a player of the home", async () => {
  const { run, asked } = at("hass_play_music");
  assert.equal(
    (await run({ media_content_id: "Queen", entity_id: "media_player.bedroom" })).reply,
    "Playing Queen: bedroom speaker.",
  );
  assert.equal(asked[0]?.url.pathname, "/api/services/music_assistant/play_media");
  assert.deepEqual(asked[0]?.body, { entity_id: "media_player.bedroom", media_id: "Queen" });
});

test("a home without a list of devices has no such tools", () => {
  assert.ok(!at("hass_get_state", { ...HOME, devices: [] }).isOffered);
  assert.ok(!plugin("hass_set_state").isOffered);
});
