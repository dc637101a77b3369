import assert from "node:assert/strict";
import { test } from "node:test";
import { lettersAndMarks, simplifiedChinese } from "../../cli/fonts/characters.ts";
import { type Words, wordsOf } from "../../modules/system/words.ts";
import { screenTexts } from "../../modules/ui/screen/screen-texts.ts";
import { VirtualClock } from "../../simulator/clock.ts";
import { loadFirmware } from "../../simulator/firmware.ts";
import { ScriptedServer } from "./scripted-server.ts";
import { createWorld } from "./world.ts";

const { otaUrl } = new ScriptedServer(new VirtualClock());

/** All that can be said, with something in every gap. */
function sentences(words: Words): { [name: string]: string } {
  const gaps = (count: number) => Array.from({ length: count }, () => "7");
  const said = Object.entries(words).map(([name, word]) => [
    name,
    typeof word === "function" ? (word as (...gaps: string[]) => string)(...gaps(word.length)) : word,
  ]);
  return Object.fromEntries(said);
}

test("everything is said in Chinese and in English, with the same facts in it", () => {
  const [english, chinese] = [sentences(wordsOf("en-US")), sentences(wordsOf("zh-CN"))];
  assert.deepEqual(Object.keys(chinese), Object.keys(english));
  for (const [name, text] of Object.entries(english)) {
    const said = chinese[name] as string;
    assert.match(text, /^[ -~]+$/, name);
    assert.match(said, /\p{Script=Han}{2}/u, name);
    const facts = (sentence: string) => sentence.split("7").length;
    assert.equal(facts(said), facts(text), name);
  }
  assert.equal(wordsOf("ja-JP"), wordsOf("en-GB"), "English where there is nothing better");
});

test("a screen has the glyphs of all of it", () => {
  const glyphs = new Set([...lettersAndMarks(), ...simplifiedChinese()]);
  const { states, network, ...texts } = screenTexts("zh-CN");
  const tables = [sentences(wordsOf("zh-CN")), states, network, texts];
  const all = tables.flatMap((table) => Object.values<string>(table));
  assert.deepEqual(
    all.filter((text) => [...text].some((character) => !glyphs.has(character))),
    [],
  );
});

test("every state has a name in both languages", () => {
  const [english, chinese] = [screenTexts("en-US").states, screenTexts("zh-CN").states];
  assert.equal(Object.keys(english).length, 11);
  assert.deepEqual(Object.keys(chinese), Object.keys(english));
  for (const text of Object.values(chinese)) assert.match(text, /\p{Script=Han}/u);
});

test("a Chinese device says in Chinese what went wrong", async () => {
  const firmware = loadFirmware({ config: { otaUrl, language: "zh-CN" } });
  const { server, clock, device, lines, boot } = await createWorld({ firmware });
  await boot();
  server.hello = undefined;
  device.click();
  await clock.run(device.reached("connecting"));
  await clock.run(device.reached("idle"));
  assert.ok(
    lines.some((line) => line.includes("alert text=等待响应超时")),
    lines.join("\n"),
  );
});
