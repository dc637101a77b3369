import assert from "node:assert/strict";
import { test } from "node:test";
import { createWorldOn, TRANSPORTS, type World } from "../transports.ts";

type Answer = {
  session_id: string;
  payload: { id: number; result?: { tools: { name: string }[]; nextCursor?: string } };
};

async function ask({ server, clock }: World, id: number, method: string, params: object = {}): Promise<Answer> {
  server.send({ type: "mcp", payload: { jsonrpc: "2.0", id, method, params } });
  await clock.advance(300);
  const answer = server.messages.findLast(({ type }) => type === "mcp") as unknown as Answer;
  assert.equal(answer.payload.id, id);
  return answer;
}

for (const transport of TRANSPORTS) {
  test(`${transport}: MCP answers in any state and before hello, with numeric ids`, async () => {
    const world = await createWorldOn(transport);
    const { clock, server, device, boot } = world;
    await boot();
    const { hello } = server;
    if (transport === "MQTT and UDP") assert.equal((await ask(world, 10_000, "tools/list")).session_id, "");
    server.hello = undefined;
    device.press();
    await clock.run(device.reached("connecting"));
    await clock.advance(100);
    assert.equal((await ask(world, 0, "tools/list")).session_id, "", "before the hello");
    server.send(hello ?? {});
    await clock.run(device.reached("listening"));
    const seen: string[] = [];
    const look = async (id: number) => {
      seen.push(device.state);
      assert.equal((await ask(world, id, "tools/list")).session_id, "s1");
    };
    await look(1);
    device.release();
    await clock.run(device.reached("idle"));
    await look(-5);
    server.send({ type: "tts", state: "start", session_id: "s1" });
    await clock.run(device.reached("speaking"));
    await look(2 ** 31 - 1);
    assert.deepEqual(seen, ["listening", "idle", "speaking"]);
    assert.equal(device.stats.crashes, 0);
  });

  test(`${transport}: 8000-byte pages with name cursors`, async () => {
    const source = `
      import { defineBoard } from "boards/board";
      import { defineTool } from "mcp/tool";
      import { pinButton } from "modules/hardware/button";
      const tools = [];
      for (let n = 0; n < 90; n++) tools.push(defineTool({
        name: "self.part_" + n + ".move", description: "Bewege Teil " + n + " über die Achse, 上下左右.", run: () => n,
        params: { speed: { type: "integer", minimum: 0, maximum: 100, default: n } } }));
      export default defineBoard({
        name: "many", chip: "simulator", button: pinButton(0), tools });`;
    const world = await createWorldOn(transport, { modules: [{ specifier: "board", path: "board.js", source }] });
    await world.boot();
    await world.listen();
    const pages: { names: string[]; nextCursor: string | undefined }[] = [];
    for (let cursor: string | undefined = ""; cursor !== undefined; cursor = pages.at(-1)?.nextCursor) {
      const { payload } = await ask(world, pages.length + 1, "tools/list", { ...(cursor && { cursor }) });
      const { tools = [], nextCursor } = payload.result ?? {};
      const bytes = Buffer.byteLength(JSON.stringify(payload.result));
      assert.ok(bytes <= 8000, `${bytes} bytes`);
      assert.ok(nextCursor === undefined || bytes > 7000, `a page that is not the last one is full: ${bytes} bytes`);
      pages.push({ names: tools.map(({ name }) => name), nextCursor });
    }
    assert.ok(pages.length >= 2, `${pages.length} pages`);
    const names = pages.flatMap((page) => page.names);
    assert.equal(new Set(names).size, names.length, "each tool once");
    assert.equal(names.filter((name) => name.startsWith("self.part_")).length, 90);
    assert.equal(names[0], "self.get_device_status", "those of every device come first");
    for (const [n, { nextCursor }] of pages.entries()) assert.equal(nextCursor, pages[n + 1]?.names[0]);
  });
}
