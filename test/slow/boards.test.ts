import { test } from "node:test";
import { boardNames } from "../../cli/board/folder.ts";
import { mayBeFlashed } from "../cli/board/made-folder.ts";

for (const name of boardNames()) test(`${name} may be flashed`, () => mayBeFlashed(name));
