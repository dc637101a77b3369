import assert from "node:assert/strict";
import { after, test } from "node:test";
import { joinSamples } from "../../host-server/audio/join.ts";
import { soundswallower } from "../../host-server/providers/asr/soundswallower.ts";
import { synthesize } from "../../host-server/providers/tts/flite-voice.ts";
import { collect } from "../host-server/fixtures/collect.ts";
import { deviceTools } from "../host-server/fixtures/device-tools.ts";
import { outOfGrammar } from "../host-server/fixtures/out-of-grammar.ts";
import { providerContext } from "../host-server/fixtures/provider-context.ts";

const asr = soundswallower.create({ workers: 2 }, providerContext());
after(() => asr.close());

async function* frames(sentence: string): AsyncGenerator<Int16Array> {
  const { pcm } = await synthesize(sentence, "slt");
  const sound = joinSamples([new Int16Array(8_000), pcm, new Int16Array(5_000)]).map((sample, at) => sample + (at % 7));
  for (let offset = 0; offset < sound.length; offset += 960) yield sound.subarray(offset, offset + 960);
}

test("of all the sentences outside of the grammar hardly any is turned into a command", async (context) => {
  const heard = await Promise.all(
    outOfGrammar.map((sentence) =>
      collect(asr.transcribe(frames(sentence), { tools: deviceTools }, new AbortController().signal)),
    ),
  );
  const rejected = heard.filter((transcripts) => transcripts.at(-1)?.text === "").length;
  context.diagnostic(`${rejected} of ${outOfGrammar.length} rejected`);
  assert.ok(rejected >= 19, `${rejected} of ${outOfGrammar.length} rejected`);
});
