import assert from "node:assert/strict";
import { test } from "node:test";
import { plugin, type Site } from "../../fakes/plugin.ts";

const PAGE = { title: "Lamps", content: "All about lamps.", url: "https://lamps.example/all" };
const TOLD = { title: "Lamps", text: "All about lamps.", site: "lamps.example" };

test("your own SearXNG is searched without a key", async () => {
  const site: Site = () => ({
    answers: [{ answer: "A lamp gives light." }],
    results: [PAGE, { ...PAGE, content: null }],
  });
  const { run, asked } = plugin("web_search", { site, settings: { url: "http://search.local:8080/", max_results: 1 } });
  assert.deepEqual((await run({ query: "lamps" })).data, { answer: "A lamp gives light.", results: [TOLD] });
  assert.equal(asked[0]?.url.href, "http://search.local:8080/search?q=lamps&format=json");
});

test("Tavily and Metaso are searched with a key", async () => {
  const tavily = plugin("web_search", { site: () => ({ answer: null, results: [PAGE] }), settings: { api_key: "k" } });
  assert.deepEqual((await tavily.run({ query: "lamps" })).data, { results: [TOLD] });
  assert.equal(tavily.asked[0]?.url.href, "https://api.tavily.com/search");
  assert.equal(tavily.asked[0]?.headers.get("authorization"), "Bearer k");
  assert.deepEqual(tavily.asked[0]?.body, { query: "lamps", max_results: 5, include_answer: true });
  const webpages = [{ title: "Lamps", snippet: "short", summary: "All about lamps.", link: PAGE.url }];
  const metaso = plugin("web_search", { site: () => ({ webpages }), settings: { provider: "metaso", api_key: "k" } });
  assert.deepEqual((await metaso.run({ query: "灯" })).data, { results: [TOLD] });
  assert.equal(metaso.asked[0]?.url.href, "https://metaso.cn/api/v1/search");
});

test("a search that finds nothing says so, and one that is refused says by whom", async () => {
  const settings = { api_key: "k" };
  const empty = await plugin("web_search", { site: () => ({}), settings }).run({ query: "qwxz" });
  assert.equal(empty.text, 'Nothing was found for "qwxz".');
  const refused: Site = () => Response.json({ detail: "Unauthorized: invalid API key." }, { status: 401 });
  await assert.rejects(plugin("web_search", { site: refused, settings }).run({ query: "x" }), {
    message: "api.tavily.com answered 401 Unauthorized: invalid API key.",
  });
});

test("a search that nobody can be asked for is not offered", () => {
  assert.ok(!plugin("web_search").isOffered);
  assert.ok(!plugin("web_search", { settings: { provider: "searxng", api_key: "k" } }).isOffered);
  assert.ok(!plugin("search_from_ragflow", { settings: { base_url: "http://rag.local", api_key: "k" } }).isOffered);
});

test("a knowledge base of RAGFlow is asked as the reference does", async () => {
  const settings = {
    base_url: "http://rag.local:9380",
    api_key: "k",
    dataset_ids: ["a", "b"],
    description: "The manuals.",
  };
  const chunks = Array.from({ length: 7 }, (_, at) => ({ content: `Part ${at}. ` }));
  const { run, asked, tool } = plugin("search_from_ragflow", { site: () => ({ code: 0, data: { chunks } }), settings });
  assert.equal(tool?.description, "The manuals.");
  assert.equal((await run({ question: "How?" })).text, "Part 0.\n\nPart 1.\n\nPart 2.\n\nPart 3.\n\nPart 4.");
  assert.equal(asked[0]?.url.href, "http://rag.local:9380/api/v1/retrieval");
  assert.deepEqual(asked[0]?.body, { question: "How?", dataset_ids: ["a", "b"] });
  const refused: Site = () => ({ code: 109, message: "API key is invalid!", data: false });
  await assert.rejects(plugin("search_from_ragflow", { site: refused, settings }).run({ question: "x" }), {
    message: "the knowledge base answered 109 API key is invalid!",
  });
  const nothing = await plugin("search_from_ragflow", {
    site: () => ({ code: 0, data: { chunks: [] } }),
    settings,
  }).run({ question: "x" });
  assert.equal(nothing.text, "The knowledge base has nothing about this.");
});
