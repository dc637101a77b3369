/** The part of `node:assert/strict` that portable tests use, on XS. */
class AssertionError extends Error {
  override readonly name = "AssertionError";

  constructor({ message }: { message: string }) {
    super(message);
  }
}

function fail(message: string): never {
  throw new AssertionError({ message });
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}

function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  const left = a as { [key: string]: unknown };
  const right = b as { [key: string]: unknown };
  return keys.every((key) => Object.hasOwn(right, key) && isSame(left[key], right[key]));
}

function check(error: unknown, expected: RegExp | ((error: unknown) => boolean)): void {
  if (expected instanceof RegExp) {
    if (!expected.test(String(error))) fail(`expected ${String(expected)}, got ${String(error)}`);
  } else if (!expected(error)) fail(`unexpected error ${String(error)}`);
}

export default {
  AssertionError,
  ok(value: unknown, message = `expected truth, got ${shown(value)}`): void {
    if (!value) fail(message);
  },
  equal(actual: unknown, expected: unknown, message = ""): void {
    if (!Object.is(actual, expected)) fail(`${message} expected ${shown(expected)}, got ${shown(actual)}`);
  },
  deepEqual(actual: unknown, expected: unknown): void {
    if (!isSame(actual, expected)) fail(`expected ${shown(expected)}, got ${shown(actual)}`);
  },
  match(text: string, pattern: RegExp): void {
    if (!pattern.test(text)) fail(`expected ${String(pattern)}, got ${text}`);
  },
  async rejects(work: Promise<unknown>, expected: RegExp | ((error: unknown) => boolean)): Promise<void> {
    try {
      await work;
    } catch (error) {
      check(error, expected);
      return;
    }
    fail("expected a rejection");
  },
};
