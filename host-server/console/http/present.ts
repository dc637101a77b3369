/** The same without members that are undefined, which a filter or a change takes as left out. */
export function present<Values extends object>(values: Values): { [K in keyof Values]: Exclude<Values[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
