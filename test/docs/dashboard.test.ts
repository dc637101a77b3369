import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { parse } from "yaml";
import { ROOT } from "../../cli/process.ts";
import { openStorage } from "../../host-server/storage/storage.ts";
import { VirtualClock } from "../../simulator/clock.ts";
import { fetchFrom } from "../host-server/fakes/http.ts";
import { silentLog } from "../host-server/fakes/log.ts";
import { createWorld } from "../host-server/fakes/world.ts";

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
/** What stands in a query for a figure; a histogram has three. */
const named = (text: string) =>
  new Set(text.match(/\bxiaozhi_\w+/g)?.map((name) => name.replace(/_(bucket|count|sum)$/, "")));

describe("figures, dashboard and alerts", () => {
  let figures: Set<string>;

  before(async () => {
    const clock = new VirtualClock();
    const storage = await openStorage({ url: "", file: ":memory:", clock, log: silentLog });
    const world = createWorld({}, {}, "data", { clock, storage });
    const { text } = await fetchFrom(world.server, "http", "/metrics");
    figures = new Set(Array.from(text.matchAll(/^# TYPE (\S+)/gm), ([, name]) => name as string));
    await world.server.stop();
    await storage.close();
    // Where a stage has several providers.
    for (const name of ["xiaozhi_provider_up", "xiaozhi_provider_failures_total"]) figures.add(name);
  });

  for (const file of ["packaging/grafana/xiaozhi.json", "packaging/prometheus/alerts.yaml"]) {
    test(`${file} asks for figures that there are`, () => {
      const asked = named(read(file));
      assert.ok(asked.size > 5);
      assert.deepEqual(
        [...asked].filter((name) => !figures.has(name)),
        [],
      );
    });
  }

  test("the dashboard shows every figure, and the documentation explains each, and no other", () => {
    const all = [...figures].filter((name) => name.startsWith("xiaozhi_")).sort();
    const shown = named(read("packaging/grafana/xiaozhi.json"));
    assert.deepEqual(
      all.filter((name) => !shown.has(name)),
      [],
    );
    const explained = Array.from(
      read("docs/operations.md").matchAll(/^\| `(xiaozhi_\w+)`/gm),
      ([, name]) => name,
    ).sort();
    assert.deepEqual(explained, all);
  });

  test("panels lie beside each other, and each query and alert is complete", () => {
    const { panels } = JSON.parse(read("packaging/grafana/xiaozhi.json"));
    const places = new Set(panels.map(({ gridPos: { x, y } }: { gridPos: { x: number; y: number } }) => `${x} ${y}`));
    assert.equal(places.size, panels.length);
    for (const { type, targets } of panels)
      if (type !== "row") assert.ok(targets.every(({ expr }: { expr: string }) => expr));
    for (const rule of parse(read("packaging/prometheus/alerts.yaml")).groups[0].rules) {
      assert.ok(rule.alert && rule.expr && rule.annotations.summary && ["page", "warn"].includes(rule.labels.severity));
    }
  });
});
