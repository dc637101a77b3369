import assert from "node:assert/strict";

/** Resolves when the storage refuses the work with this code. */
export function refuses(code: string, work: Promise<unknown>): Promise<void> {
  return assert.rejects(work, (error: Error & { code?: string }) => {
    assert.equal(error.code, code, error.message);
    return true;
  });
}
