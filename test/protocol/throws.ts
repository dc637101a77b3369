import assert from "node:assert/strict";
import { ProtocolError } from "../../protocol/errors.ts";

/** The error that `run` must throw; fails when it throws nothing or something else. */
export function protocolError(run: () => unknown): ProtocolError {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof ProtocolError, `expected a ProtocolError, got ${String(error)}`);
    return error;
  }
  throw new assert.AssertionError({ message: "expected a ProtocolError, nothing was thrown" });
}

/** For any input: a value, or a ProtocolError; any other throw fails. */
export function valueOrProtocolError(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof ProtocolError, `expected a ProtocolError, got ${String(error)}`);
    assert.ok(error.message.length < 400, "the message stays short");
  }
}
