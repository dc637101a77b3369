import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { feedItems } from "../../../../host-server/tools/plugins/news/feed.ts";
import { plainText, readableText } from "../../../../host-server/tools/plugins/news/readable-text.ts";
import { plugin, type Site } from "../../fakes/plugin.ts";

const RSS = `<?xml version="1.0"?><rss><channel><title>The feed</title>
<item><title><![CDATA[Lamp learns to speak]]></title><link>https://news.example/1</link>
<description>&lt;p&gt;It said &amp;quot;hello&amp;quot;.&lt;/p&gt;</description></item>
<item><title>Tea &amp; cake</title><link>javascript:alert(1)</link></item><item><title></title></item></channel></rss>`;
const ATOM = `<feed><entry><title type="html">One &#x2603;</title><link rel="alternate" href="https://a.example/?a=1&amp;b=2"/>
<summary>Snow.</summary></entry></feed>`;
const PAGE = `<html><head><title>x</title></head><body><nav>Home About Contact us please</nav><script>if (a < b) evil();</script>
<h1>Lamp learns to speak</h1><p>The lamp of a family in Leipzig said its first word today.</p><p>Ad</p></body></html>`;

test("feeds of both kinds are read", () => {
  assert.deepEqual(feedItems(RSS), [
    { title: "Lamp learns to speak", url: "https://news.example/1", summary: 'It said "hello".' },
    { title: "Tea & cake", url: "", summary: "" },
  ]);
  assert.deepEqual(feedItems(ATOM), [{ title: "One ☃", url: "https://a.example/?a=1&b=2", summary: "Snow." }]);
  assert.deepEqual(feedItems("<html>no feed</html>"), []);
});

test("no text breaks the reading of feeds and pages", () => {
  const markup = fc.array(
    fc.oneof(
      fc.constantFrom(
        "<item>",
        "</item>",
        "<title>",
        "</title>",
        "<link>",
        "<![CDATA[",
        "]]>",
        "&#",
        "&amp;",
        "<",
        ">",
        "<p",
      ),
      fc.string(),
    ),
  );
  fc.assert(
    fc.property(markup, (pieces) => {
      const text = pieces.join("");
      for (const { title } of feedItems(text)) assert.notEqual(title, "");
      assert.equal(typeof plainText(text), "string");
      assert.ok(readableText(text, 100).length <= 101);
    }),
  );
});

const newsnow: Site = ({ url }) => {
  if (url.host === "news.example") return PAGE;
  const id = url.searchParams.get("id");
  if (id !== "thepaper" && id !== "hackernews") return Response.json({ message: "Invalid source id" }, { status: 500 });
  return { items: [1, 2, 3].map((number) => ({ title: `${id} ${number}`, url: "https://news.example/1" })) };
};

test("headlines of a NewsNow, and more of one of them", async () => {
  const { run, asked } = plugin("get_news_from_newsnow", { site: newsnow, settings: { count: 2 } });
  await assert.rejects(run({ detail: true }), /ask for the news first/);
  assert.deepEqual((await run({ lang: "zh_CN" })).data, { source: "澎湃新闻", news: ["thepaper 1", "thepaper 2"] });
  assert.equal(asked[0]?.url.href, "https://newsnow.busiyi.world/api/s?id=thepaper");
  assert.deepEqual((await run({ source: "hacker news" })).data?.["news"], ["hackernews 1", "hackernews 2"]);
  const { data } = await run({ detail: true, title: "hackernews 2" });
  assert.deepEqual(data, {
    title: "hackernews 2",
    text: "Lamp learns to speak\nThe lamp of a family in Leipzig said its first word today.",
  });
  await assert.rejects(run({ source: "tabloid" }), { message: "newsnow.busiyi.world answered 500 Invalid source id" });
});

test("news of feeds by category, your own ones too", async () => {
  const site: Site = ({ url }) => (url.host === "a.example" ? "" : url.host === "mine.example" ? ATOM : RSS);
  const settings = { feeds: { Snow: "https://mine.example/feed" } };
  const { run, asked, tool } = plugin("get_news_from_chinanews", { site, settings });
  assert.match(tool?.description ?? "", /Categories: society, 社会, .*snow/);
  assert.deepEqual((await run({})).data?.["news"], [
    { title: "Lamp learns to speak", summary: 'It said "hello".' },
    { title: "Tea & cake", summary: "" },
  ]);
  assert.deepEqual((await run({ category: "snow" })).data?.["news"], [{ title: "One ☃", summary: "Snow." }]);
  assert.deepEqual((await run({ detail: true })).data, { title: "One ☃", text: "Snow." });
  await run({ category: "财经" });
  assert.equal(asked.at(-1)?.url.href, "https://www.chinanews.com.cn/rss/finance.xml");
  await assert.rejects(run({ category: "gossip" }), /There is no category "gossip": society/);
});

test("a page in the old encoding of Chinese is read", async () => {
  const gb = Buffer.from([
    0x3c, 0x69, 0x74, 0x65, 0x6d, 0x3e, 0x3c, 0x74, 0x69, 0x74, 0x6c, 0x65, 0x3e, 0xc4, 0xe3, 0xba, 0xc3,
  ]);
  const body = Buffer.concat([gb, Buffer.from("</title></item>")]);
  const site: Site = () => new Response(body, { headers: { "Content-Type": "text/xml; charset=gb2312" } });
  const { data } = await plugin("get_news_from_chinanews", { site }).run({});
  assert.deepEqual(data, { news: [{ title: "你好", summary: "" }] });
});
