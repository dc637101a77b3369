import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { AppError } from "../../../host-server/errors.ts";
import { MemoryFiles } from "../../../host-server/memory/memory-files.ts";
import { readContext } from "../../../host-server/prompt/context-sources.ts";
import { SystemPrompt } from "../../../host-server/prompt/system-prompt.ts";
import { Template } from "../../../host-server/prompt/template.ts";
import { getMemory, setMemory } from "../../../host-server/storage/memories.ts";
import { openStorage } from "../../../host-server/storage/storage.ts";
import { VirtualClock } from "../../../simulator/clock.ts";
import { silentLog } from "../fakes/log.ts";
import { createWorld, fakeProviders } from "../fakes/world.ts";

const folder = mkdtempSync(join(tmpdir(), "memory-"));
after(() => rmSync(folder, { recursive: true }));

const FACTS = {
  now: Date.UTC(2026, 1, 16, 22, 5),
  timezoneMinutes: 480,
  deviceId: "d1",
  memory: "Ann likes tea.",
  context: "- **room:** kitchen",
};

test("a template says what it names", () => {
  const source =
    "{# no #}{% if a %}A{% elif not b.c %}B{% else %}C{% endif %}{% for x in list %}<{{ x }}>{% endfor %}{{- gone }}";
  const template = new Template(source);
  assert.equal(template.render({ a: 1, list: [1, "z"] }), "A<1><z>");
  assert.equal(template.render({ a: [], b: { c: "" } }), "B");
  assert.equal(template.render({ b: { c: true } }), "C");
  for (const bad of ["{% if a %}", "{% for x %}{% endfor %}", "{{ a() }}", "{% endif %}", "{% include 'x' %}"]) {
    assert.throws(() => new Template(bad), AppError, bad);
  }
});

test("any text is a template or a refusal, and text without braces stays", () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom("{{", "}}", "{%", "%}", "if a", "endif", "for x in y", "endfor", " "),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const source = pieces.join("");
      try {
        const text = new Template(source).render({ a: true, y: [1] });
        if (!source.includes("{")) assert.equal(text, source);
      } catch (error) {
        assert.ok(error instanceof AppError);
      }
    }),
  );
});

test("time, calendar, memory and context are filled in where the template has a place", () => {
  const template =
    "<i>{{base_prompt}}</i> {{ current_time }} {{today_date}} {{today_weekday}} {{lunar_date}} {{dynamic_context}} {{ emojiList }}<memory>\n</memory>";
  const text = new SystemPrompt(template, () => FACTS).render("你是{{assistant_name}}。");
  assert.ok(
    text.startsWith("<i>你是小智。</i> 06:05 2026-02-17 星期二 二〇二六年正月初一 - **room:** kitchen 😶"),
    text,
  );
  assert.ok(text.endsWith("<memory>\nAnn likes tea.\n</memory>"), text);
});

test("without a template the prompt stands alone, and what is known follows it", () => {
  const prompt = new SystemPrompt("", () => FACTS);
  assert.equal(
    prompt.render("It is {{current_time}}, {% really %}"),
    "It is {{current_time}}, {% really %}\n- **room:** kitchen\n<memory>\nAnn likes tea.\n</memory>",
  );
  assert.equal(
    new SystemPrompt("", () => ({ ...FACTS, memory: "", context: "" })).render("{{today_weekday}}"),
    "Tuesday",
  );
});

test("context sources are asked for the device; what fails is left out", async () => {
  const asked: [url: string, id: unknown][] = [];
  const get = (async (url: string, { headers }: { headers: Record<string, string> }) => {
    asked.push([url, headers["device-id"]]);
    const data: Record<string, unknown> = {
      a: { code: 0, data: { temp: 21, list: [1] } },
      b: { code: 0, data: ["x"] },
      c: { code: 1 },
    };
    return new Response(JSON.stringify(data[url]));
  }) as unknown as typeof fetch;
  const warned: unknown[] = [];
  const log = { warn: (...line: unknown[]) => warned.push(line) } as never;
  const sources = ["a", "b", "c"].map((url) => ({ url, headers: { key: "k" } }));
  assert.equal(await readContext(sources, "d1", log, get), "- **temp:** 21\n- **list:** [1]\n- x");
  assert.deepEqual(asked[0], ["a", "d1"]);
  assert.equal(warned.length, 1);
});

test("what was said is remembered in the next conversation", async () => {
  const data = join(folder, "data");
  const store = new MemoryFiles(join(data, "memory"));
  const ID = "aa:bb:cc:00:11:22";
  const own = { deviceId: ID, agent: null };
  await store.write(own, "Ann has a cat.");
  const script = { rounds: ["Hello Ann.", "Ann has a cat and likes tea."] };
  const world = createWorld(script, { XIAOZHI_MEMORY_USE: "summary" }, data);
  const device = await world.connect({ id: ID });
  device.detect("I like tea.");
  await world.clock.advance(5_000);
  assert.match(world.stages.asked[0]?.messages[0]?.content ?? "", /<memory>\nAnn has a cat\.\n<\/memory>$/);
  device.close();
  for (let n = 0; n < 500 && (await store.read(own)) === "Ann has a cat."; n++) await world.clock.advance(10);
  assert.equal(await store.read(own), "Ann has a cat and likes tea.");
  const asked = world.stages.asked[1]?.messages[1]?.content ?? "";
  assert.match(
    asked,
    /^Remembered so far:\nAnn has a cat\.\n\nConversation of [\d-]+:\nUser: I like tea\.\nAssistant: Hello Ann\.$/,
  );
});

test("each agent has a memory of its own, in the database where there is one", async () => {
  const data = join(folder, "stored");
  const clock = new VirtualClock();
  const storage = await openStorage({ url: "", file: ":memory:", clock, log: silentLog });
  await new MemoryFiles(join(data, "memory")).write({ deviceId: "aa", agent: null }, "From a file.");
  await setMemory(storage, "AA", "chef", "Likes soup.");
  const env = {
    XIAOZHI_MEMORY_USE: "summary",
    XIAOZHI_AGENTS: JSON.stringify({ chef: { prompt: "I am a chef." }, fish: { memory: { use: "none" } } }),
    XIAOZHI_DEVICES: JSON.stringify({ bb: { agent: "fish" } }),
  };
  const script = { rounds: ["Yes.", "Said much.", "Yes.", "Likes salad."] };
  const world = createWorld(script, env, data, { clock, storage, agentProviders: fakeProviders });
  const chef = { ...env, XIAOZHI_DEVICES: JSON.stringify({ aa: { agent: "chef" }, bb: { agent: "fish" } }) };
  const other = createWorld(script, chef, data, { clock, storage, agentProviders: fakeProviders });
  const talk = async (to: typeof world, id: string, words: string) => {
    const device = await to.connect({ id });
    await clock.advance(100);
    device.detect(words);
    await clock.advance(5_000);
    device.close();
    await clock.advance(100);
    return to.stages.asked.at(id === "bb" ? -1 : -2)?.messages[0]?.content ?? "";
  };
  assert.match(await talk(world, "AA", "Hello"), /<memory>\nFrom a file\.\n<\/memory>$/);
  assert.match(await talk(other, "AA", "Hello"), /^I am a chef\.\n<memory>\nLikes soup\.\n<\/memory>$/);
  assert.doesNotMatch(await talk(other, "bb", "Hello"), /<memory>/);
  await Promise.all([world.server.stop(), other.server.stop()]);
  assert.equal(await getMemory(storage, "aa", ""), "Said much.");
  assert.equal(await getMemory(storage, "aa", "chef"), "Likes salad.");
  assert.equal(await new MemoryFiles(join(data, "memory")).read({ deviceId: "aa", agent: null }), "");
  await storage.close();
});

test("what was not summed up when the server stopped is at the next meeting", async () => {
  const data = join(folder, "stopped");
  const env = { XIAOZHI_MEMORY_USE: "summary" };
  const never = async function* (): AsyncGenerator<never> {
    await new Promise(() => {});
  };
  const world = createWorld({ rounds: ["Hello Ann.", never] }, env, data);
  const device = await world.connect({ id: "aa" });
  device.detect("I am Ann.");
  await world.clock.advance(5_000);
  const stopped = world.server.stop();
  await world.clock.run(stopped, { limitMs: 20_000 });
  const next = createWorld({ rounds: ["She is Ann.", "Hello again."] }, env, data);
  const again = await next.connect({ id: "AA" });
  await next.clock.advance(100);
  again.detect("Hello");
  await next.clock.advance(5_000);
  const [first, second] = next.stages.asked;
  assert.match(first?.messages[1]?.content ?? "", /Conversation of [\d-]+:\nUser: I am Ann\.\nAssistant: Hello Ann\.$/);
  assert.match(second?.messages[0]?.content ?? "", /<memory>\nShe is Ann\.\n<\/memory>$/);
  await next.clock.run(next.server.stop(), { limitMs: 20_000 });
  assert.deepEqual(readdirSync(join(data, "memory")), ["aa.txt"]);
});

test("an id of a device cannot leave the folder", async () => {
  const store = new MemoryFiles(join(folder, "own"));
  await store.write({ deviceId: "../../evil", agent: null }, "x");
  assert.equal(await store.read({ deviceId: "../../EVIL", agent: null }), "x");
  assert.equal(await store.read({ deviceId: "other", agent: null }), "");
  assert.equal(await store.read({ deviceId: "../../evil", agent: "a" }), "");
});
