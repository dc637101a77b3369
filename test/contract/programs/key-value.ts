import KeyValue from "embedded:storage/key-value";
import type { Environment } from "../environment.ts";

/** Values by name and format, and what the store of a device refuses. On Linux this is the project's own module. */
export default function keyValue({ say, attempt, done }: Environment): void {
  const texts = KeyValue.open({ path: "wifi", format: "string" });
  say(attempt(() => texts.read("absent")));
  texts.write("ssid", "家 net");
  say(texts.read("ssid"));
  texts.write("ssid", "");
  say([texts.read("ssid")]);
  const numbers = KeyValue.open({ path: "wifi", mode: "r+", format: "int32" });
  numbers.write("count", -7);
  say([numbers.read("count"), attempt(() => numbers.read("ssid"))]);
  for (const format of ["uint8", "int8", "uint16", "int16", "uint32", "int32"]) {
    const store = KeyValue.open({ path: "numbers", format: format as "int32" });
    store.write(format, -2);
    say([format, store.read(format)]);
    store.close();
  }
  const [wrong, fifteen] = ["sixteen-letters!", "fifteen-letters"];
  say(attempt(() => texts.write(wrong, "x")));
  say(attempt(() => texts.write("long", "x".repeat(4000))));
  say(attempt(() => texts.write(fifteen, "x".repeat(3999))));
  say(attempt(() => KeyValue.open({ path: wrong, format: "string" })));
  say(attempt(() => KeyValue.open({ path: "", format: "string" })));
  say(attempt(() => KeyValue.open({ path: "wifi", mode: "w" as "r", format: "string" })));
  say(attempt(() => KeyValue.open({ path: "nowhere", mode: "r", format: "string" })));
  const reader = KeyValue.open({ path: "wifi", mode: "r", format: "string" });
  say([attempt(() => reader.write("a", "b")), attempt(() => reader.delete("ssid"))]);
  texts.delete("ssid");
  texts.delete("ssid");
  say(attempt(() => texts.read("ssid")));
  texts.close();
  say([attempt(() => texts.read("ssid")), attempt(() => texts.close())]);
  done();
}
