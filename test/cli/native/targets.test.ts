import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { definesHeader, identifierHeader, nativeTable } from "../../../cli/native/targets.ts";

const source = `
void xs_thing_destructor(void *data)
{
}
static void helper(xsMachine *the) {}
void xs_thing(xsMachine* the) {
  int rate = xsmcHas(xsArg(0), xsID_sampleRate) ? xsID_sampleRate : xsID_rate;
}
void xs_declared(xsMachine *the);
`;

describe("what the SDK's tools make of C files", () => {
  it("lists the functions that they define for the program", () => {
    const table = nativeTable([source]);
    assert.match(table, /simNatives\[\] = \{\{"xs_thing", xs_thing\}, \{0, 0\}\}/);
    assert.match(table, /simNativeClasses\[\] = \{\{"xs_thing_destructor", xs_thing_destructor\}, \{0, 0\}\}/);
  });

  it("defines each identifier once", () => {
    assert.deepEqual(identifierHeader([source, source]).match(/#define .*/g), [
      '#define xsID_sampleRate xsID("sampleRate")',
      '#define xsID_rate xsID("rate")',
    ]);
  });

  it("turns the manifest's defines into constants", () => {
    const header = definesHeader({
      audioIn: { i2s: { num: 1 }, name: "#text", raw: "GPIO_1", on: true, list: [1, 2] },
    });
    assert.deepEqual(header.match(/#define .*/g), [
      "#define MODDEF_AUDIOIN_I2S_NUM 1",
      '#define MODDEF_AUDIOIN_NAME "text"',
      "#define MODDEF_AUDIOIN_RAW GPIO_1",
      "#define MODDEF_AUDIOIN_ON 1",
      "#define MODDEF_AUDIOIN_LIST {1, 2}",
    ]);
  });
});
