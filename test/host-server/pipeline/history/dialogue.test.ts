import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Dialogue } from "../../../../host-server/pipeline/history/dialogue.ts";
import { tokensOf, tokensOfMessage } from "../../../../host-server/pipeline/history/tokens.ts";
import type { Message } from "../../../../host-server/providers/llm.ts";

const CALL = { id: "call_1", name: "look", arguments: { at: "sky" } };

function shown(messages: readonly Message[]): string[] {
  return messages.slice(1).map(({ role, content }) => `${role} ${content}`);
}

test("an interrupted answer is kept as far as it was heard, without half a word", () => {
  const cases = [
    [0, []],
    [4, ["assistant One…"]],
    [9, ["assistant One two…"]],
    [13, ["assistant One two three."]],
  ] as const;
  for (const [heard, expected] of cases) {
    const dialogue = new Dialogue({ prompt: "p", maxTokens: 1000 });
    const exchange = dialogue.begin("count");
    exchange.addAssistant("One two three.");
    exchange.cut(heard === 13 ? 14 : heard);
    assert.deepEqual(shown(dialogue.messages), ["user count", ...expected]);
  }
  const dialogue = new Dialogue({ prompt: "p", maxTokens: 1000 });
  const exchange = dialogue.begin("数");
  exchange.addAssistant("一二三。四五六。");
  exchange.cut(5);
  assert.deepEqual(shown(dialogue.messages), ["user 数", "assistant 一二三。四…"]);
});

test("calls stay with their results when an answer is cut", () => {
  const dialogue = new Dialogue({ prompt: "p", maxTokens: 1000 });
  const exchange = dialogue.begin("what is there");
  exchange.addTools("Let me look. ", [{ call: CALL, result: "stars" }]);
  exchange.addAssistant("There are stars.");
  exchange.cut(8);
  assert.deepEqual(shown(dialogue.messages), ["user what is there", "assistant Let me…", "tool stars"]);
  assert.deepEqual(dialogue.messages[2]?.toolCalls, [CALL]);
});

test("what comes late is not remembered", () => {
  const dialogue = new Dialogue({ prompt: "p", maxTokens: 1000 });
  const exchange = dialogue.begin("one");
  exchange.cut(0);
  exchange.addAssistant("late");
  exchange.addTools("late", [{ call: CALL, result: "late" }]);
  exchange.cut(100);
  assert.deepEqual(shown(dialogue.messages), ["user one"]);
});

test("a summary stands for what it sums up", () => {
  const dialogue = new Dialogue({ prompt: "Be kind.", maxTokens: 100 });
  for (const name of ["one", "two", "three", "four"]) {
    const exchange = dialogue.begin(name);
    exchange.addAssistant("x".repeat(60));
    exchange.close();
  }
  const old = dialogue.olderThan(0.5);
  assert.deepEqual(
    old.map(({ messages }) => messages[0]?.content),
    ["one", "two"],
  );
  assert.deepEqual(dialogue.olderThan(2), []);
  dialogue.replace(old, "They counted.");
  assert.equal(dialogue.messages[0]?.content, "Be kind.\n\nWhat was said before, in short: They counted.");
  assert.equal(dialogue.messages[1]?.content, "three");
});

const exchanges = fc.array(
  fc.record({
    user: fc.option(fc.string({ maxLength: 200 }), { nil: undefined }),
    calls: fc.integer({ min: 0, max: 3 }),
    answer: fc.string({ maxLength: 300 }),
    heard: fc.option(fc.nat(300), { nil: undefined }),
  }),
  { maxLength: 30 },
);

test("whatever is said, models can read it: whole exchanges, calls with results, the newest always there", () => {
  fc.assert(
    fc.property(exchanges, fc.integer({ min: 10, max: 500 }), (said, maxTokens) => {
      const dialogue = new Dialogue({ prompt: "p", maxTokens });
      for (const { user, calls, answer, heard } of said) {
        const exchange = dialogue.begin(user);
        const results = Array.from({ length: calls }, (_, n) => ({ call: { ...CALL, id: `c${n}` }, result: "r" }));
        if (calls > 0) exchange.addTools("", results);
        exchange.addAssistant(answer);
        if (heard === undefined) exchange.close();
        else exchange.cut(heard);
      }
      const latest = dialogue.begin("latest");
      const [, ...messages] = dialogue.messages;
      assert.equal(messages.at(-1)?.content, "latest");
      const kept = messages.reduce((sum, message) => sum + tokensOfMessage(message), 0);
      assert.ok(kept <= maxTokens || messages.length === latest.messages.length);
      assertPaired(messages);
    }),
  );
});

function assertPaired(messages: readonly Message[]): void {
  for (const [at, { role, toolCalls, toolCallId }] of messages.entries()) {
    for (const [n, { id }] of (toolCalls ?? []).entries()) assert.equal(messages[at + 1 + n]?.toolCallId, id);
    if (role === "tool") assert.ok(toolCallId !== undefined && at > 0);
  }
}

test("tokens: four letters or one Chinese character each", () => {
  assert.equal(tokensOf(""), 0);
  assert.equal(tokensOf("abcd"), 1);
  assert.equal(tokensOf("你好"), 2);
  assert.equal(tokensOf("你好 abc"), 3);
});
