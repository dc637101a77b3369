import { join } from "node:path";
import { testProofs } from "../../../proofs.ts";
import { NOT_COPIED } from "./not-copied.ts";
import { RULES } from "./rules.ts";

const TESTS = join(import.meta.dirname, "../../..");

testProofs(NOT_COPIED, TESTS);
testProofs(RULES, TESTS);
