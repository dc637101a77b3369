import type { z } from "zod";
import { ToolError } from "../../errors.ts";

/**
 * What a site gave, checked.
 *
 * @throws ToolError `web-garbled`, naming the site and what is not as it should be
 */
export function parsed<S extends z.ZodType>(schema: S, value: unknown, url: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue?.path.map(String).join(".") || "answer";
  throw new ToolError("web-garbled", `${new URL(url).host}: ${where}: ${issue?.message}`);
}
