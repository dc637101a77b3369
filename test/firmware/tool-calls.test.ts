import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "../../simulator/clock.ts";
import { loadFirmware } from "../../simulator/firmware.ts";
import { ScriptedServer } from "./scripted-server.ts";
import { createWorld } from "./world.ts";

/** A board with a walk of four steps, one a second, and with something that cannot be undone. */
const BOARD = {
  specifier: "board",
  path: "board.ts",
  source: `import Timer from "timer";
import { defineTool } from "mcp/tool";
import { defineBoard } from "boards/board";
import { pinButton } from "modules/hardware/button";
const legs = { now: { steps: 0 } };
export default defineBoard({
  name: "walker", chip: "simulator", button: pinButton(0),
  tools: [
    defineTool({
      name: "self.walker.walk", description: "Walk four steps.", params: {},
      run: (args, call) => new Promise((resolve) => {
        let step = 0;
        const timer = Timer.repeat(() => {
          legs.now.steps++;
          call.progress(++step, 4, "step " + step);
          if (step < 4) return;
          Timer.clear(timer);
          resolve("walked");
        }, 1000);
        call.onCancel(() => { Timer.clear(timer); resolve("stopped"); });
      }),
    }),
    defineTool({ name: "self.walker.steps", description: "Count the steps.", params: {}, run: () => legs.now.steps }),
    defineTool({
      name: "self.walker.jump", description: "Jump off the table.", confirm: "Really jump?",
      params: { height: { type: "integer", default: 1 } },
      run: ({ height }) => "jumped " + height,
    }),
  ],
});
`,
};

type Payload = { id?: number; method?: string; params?: unknown; result?: { content: { text: string }[] } };

async function walker() {
  const { otaUrl } = new ScriptedServer(new VirtualClock());
  const world = await createWorld({ firmware: loadFirmware({ config: { otaUrl }, modules: [BOARD] }) });
  await world.boot();
  await world.listen();
  const sent = () =>
    world.server.messages.filter(({ type }) => type === "mcp").map(({ payload }) => payload as Payload);
  const rpc = (payload: object) => world.server.send({ type: "mcp", payload: { jsonrpc: "2.0", ...payload } });
  let id = 10;
  const jump = async (args: object) => {
    rpc({ id: ++id, method: "tools/call", params: { name: "self.walker.jump", arguments: args } });
    await world.clock.advance(40);
    return sent().at(-1)?.result?.content[0]?.text;
  };
  return { ...world, sent, rpc, jump };
}

const walk = (meta?: object) => ({
  id: 1,
  method: "tools/call",
  params: { name: "self.walker.walk", ...(meta && { _meta: meta }) },
});

test("a caller that gives a progress token is told how far the tool is, then gets its result", async () => {
  const { clock, sent, rpc } = await walker();
  rpc(walk({ progressToken: "t1" }));
  await clock.advance(2100);
  const progress = (step: number) => ({
    jsonrpc: "2.0",
    method: "notifications/progress",
    params: { progressToken: "t1", progress: step, total: 4, message: `step ${step}` },
  });
  assert.deepEqual(sent(), [progress(1), progress(2)]);
  await clock.advance(2000);
  assert.deepEqual(sent().slice(2, 4), [progress(3), progress(4)]);
  assert.equal(sent().at(-1)?.result?.content[0]?.text, "walked");
});

test("without a token nothing but the result is sent", async () => {
  const { clock, sent, rpc } = await walker();
  rpc(walk());
  await clock.advance(4100);
  assert.deepEqual(
    sent().map(({ id }) => id),
    [1],
  );
});

test("a cancelled tool stops and is not answered; other ids change nothing", async () => {
  const { clock, sent, rpc } = await walker();
  rpc(walk({ progressToken: 7 }));
  await clock.advance(1100);
  for (const requestId of [2, "1", null, { id: 1 }]) {
    rpc({ method: "notifications/cancelled", params: { requestId } });
  }
  rpc({ method: "notifications/cancelled" });
  await clock.advance(1000);
  assert.equal(sent().length, 2);
  rpc({ method: "notifications/cancelled", params: { requestId: 1, reason: "enough" } });
  rpc({ method: "notifications/cancelled", params: { requestId: 1 } });
  await clock.advance(5000);
  assert.equal(sent().length, 2);
  rpc({ id: 2, method: "tools/call", params: { name: "self.walker.steps" } });
  await clock.advance(40);
  assert.equal(sent().at(-1)?.result?.content[0]?.text, "2");
});

test("what cannot be undone is asked first, and done once for one yes", async () => {
  const { clock, jump } = await walker();
  const question = JSON.stringify({ done: false, ask_user: "Really jump?" });
  assert.equal(await jump({ confirmed: true }), question);
  assert.equal(await jump({ confirmed: true }), "jumped 1");
  assert.equal(await jump({ confirmed: true }), question);
  assert.equal(await jump({ height: 9, confirmed: true }), question, "a yes to something else");
  assert.equal(await jump({ height: 9 }), question, "no yes");
  await clock.advance(121_000);
  assert.equal(await jump({ height: 9, confirmed: true }), question, "a yes that came too late");
  assert.equal(await jump({ height: 9, confirmed: true }), "jumped 9");
});
