import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { grammarFor } from "../../../host-server/intent/grammar.ts";
import { matchTemplate, type Slots } from "../../../host-server/intent/match.ts";
import { numbersAt, numberWords } from "../../../host-server/intent/numbers.ts";
import {
  parseTemplate,
  plainestSentence,
  TemplateError,
  type TemplateNode,
} from "../../../host-server/intent/template.ts";
import { wordsOf } from "../../../host-server/intent/words.ts";
import { deviceTools } from "../fixtures/device-tools.ts";

interface Sentence {
  words: string[];
  slots: Slots;
}

/** Any sentence that a template allows, with the values of its slots. */
function sentences(node: TemplateNode): fc.Arbitrary<Sentence> {
  switch (node.kind) {
    case "word":
      return fc.constant({ words: [node.word], slots: {} });
    case "slot":
      return fc.tuple(fc.integer({ min: node.from, max: node.to }), fc.boolean()).map(([value, inDigits]) => ({
        words: inDigits ? [String(value)] : numberWords(value).split(" "),
        slots: { [node.name]: value },
      }));
    case "text":
      return fc.constantFrom({ words: ["yellow", "submarine"], slots: {} });
    case "sequence":
      return fc.tuple(...node.parts.map(sentences)).map((parts) => ({
        words: parts.flatMap(({ words }) => words),
        slots: Object.assign({}, ...parts.map(({ slots }) => slots)) as Slots,
      }));
    case "choice":
      return fc.oneof(...node.options.map(sentences));
    case "optional":
      return fc.oneof(sentences(node.part), fc.constant<Sentence>({ words: [], slots: {} }));
  }
}

const { commands, understand } = grammarFor(deviceTools);
const templates = commands.flatMap((command) => command.sentences.map((source) => ({ command, source })));

test("every sentence made from a template parses to the values it was made with", () => {
  for (const { source } of templates) {
    const node = parseTemplate(source);
    fc.assert(
      fc.property(sentences(node), ({ words, slots }) => {
        assert.deepEqual(matchTemplate(node, words), slots, words.join(" "));
      }),
      { numRuns: 40 },
    );
  }
});

test("a sentence of a command is understood as a command with the same values, politely and with marks", () => {
  for (const { source } of templates) {
    fc.assert(
      fc.property(sentences(parseTemplate(source)), ({ words, slots }) => {
        const text = words.join(" ");
        for (const said of [text, `${text.toUpperCase()}!`, `Could you please ${text}, please?`]) {
          assert.deepEqual(understand(said)?.slots, slots, said);
        }
      }),
      { numRuns: 10 },
    );
  }
});

test("each command is reached by its own plainest sentence, so that no template hides another", () => {
  for (const { command, source } of templates) {
    const sentence = plainestSentence(parseTemplate(source));
    assert.equal(understand(sentence)?.command.intent, command.intent, sentence);
  }
});

test("suggestions to a person are sentences that work", () => {
  const { examples } = grammarFor(deviceTools);
  assert.ok(examples.length >= 5);
  for (const example of examples) assert.ok(understand(example), example);
});

test("numbers from 0 to 100 in words and digits are read back", () => {
  for (let value = 0; value <= 100; value++) {
    for (const text of [numberWords(value), String(value)]) {
      const words = text.split(" ");
      assert.deepEqual(numbersAt(words, 0)[0], { value, end: words.length }, text);
    }
  }
  assert.equal(numberWords(21.5), "twenty one point five");
  assert.equal(numberWords(-3), "minus three");
  assert.equal(numberWords(1234), "one thousand two hundred thirty four");
});

test("a number outside the slot's range is no match", () => {
  const node = parseTemplate("level {level:0-8}");
  assert.deepEqual(matchTemplate(node, ["level", "eight"]), { level: 8 });
  assert.equal(matchTemplate(node, ["level", "nine"]), undefined);
  assert.equal(matchTemplate(node, ["level"]), undefined);
  assert.equal(matchTemplate(node, ["level", "eight", "again"]), undefined);
});

test("what may follow the words so far is told apart", () => {
  const { outlook } = grammarFor(deviceTools);
  const expected = {
    complete: [
      "what time is it",
      "set the volume to 80",
      "set the volume to eighty five",
      "turn on the lamp",
      "goodbye",
    ],
    extendable: ["set the volume to eighty", "turn it up", "set the volume to one"],
    unfinished: ["set the volume to", "set the", "please", "turn on the", "could you"],
    unknown: ["", "the soup needs pepper", "set the volume to the moon"],
  };
  for (const [name, texts] of Object.entries(expected))
    for (const text of texts) assert.equal(outlook(text), name, text);
});

test("every beginning of a sentence of a command is one", () => {
  for (const { source } of templates) {
    fc.assert(
      fc.property(sentences(parseTemplate(source)), fc.nat(), ({ words }, count) => {
        const beginning = words.slice(0, (count % words.length) + 1).join(" ");
        assert.notEqual(grammarFor(deviceTools).outlook(beginning), "unknown", beginning);
      }),
      { numRuns: 10 },
    );
  }
});

test("a broken template is refused with its text", () => {
  for (const source of ["", "a|", "[a", "a]", "(a|b", "{volume}", "{volume:5-1}", "{volume:0-900}", "Upper", "a {b"]) {
    assert.throws(
      () => parseTemplate(source),
      (error) => error instanceof TemplateError && error.code === "template-syntax" && error.message.includes(source),
      source,
    );
  }
});

test("whatever is written, reading a template gives a template or a TemplateError", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."ab [](){}|:-01".split("")) }), (source) => {
      try {
        parseTemplate(source);
      } catch (error) {
        assert.ok(error instanceof TemplateError, String(error));
      }
    }),
    { numRuns: 500 },
  );
});

test("whatever is said, understanding it never throws", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      understand(text);
      wordsOf(text).forEach((word) => {
        assert.notEqual(word, "");
      });
    }),
  );
});
