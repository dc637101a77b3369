type Json = { [key: string]: unknown };

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Settings without what a form leaves behind in fields that nobody filled in: what is not said is the server's own choice,
 * and an empty text would be a choice.
 */
export function withoutEmpty(settings: Json): Json {
  const kept: Json = {};
  for (const [key, value] of Object.entries(settings)) {
    const inner = isObject(value) ? withoutEmpty(value) : value;
    const isEmpty =
      inner === null || inner === undefined || inner === "" || (isObject(inner) && isEmptyObject(inner, value));
    if (!isEmpty) kept[key] = inner;
  }
  return kept;
}

/** An object that was given empty stays; one of which nothing is left goes. */
function isEmptyObject(inner: Json, given: unknown): boolean {
  return Object.keys(inner).length === 0 && Object.keys(given as Json).length > 0;
}
