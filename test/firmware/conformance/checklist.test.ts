import { join } from "node:path";
import { testProofs } from "../../proofs.ts";
import { CHECKLIST } from "./checklist.ts";

testProofs(CHECKLIST, join(import.meta.dirname, ".."));
