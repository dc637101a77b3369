import { z } from "zod";

/** How the routes of the console speak. Nothing here knows Node: the front end imports these files, too. */

/** What every refusal says. `field` is the path of the value that is wrong, as `settings.tts.use`. */
export const refusal = z.object({
  code: z.string().meta({ examples: ["not-found"] }),
  message: z.string(),
  field: z.string().optional(),
});

export type Refusal = z.infer<typeof refusal>;

/** Which part of a list is wanted, as in `?page=2&perPage=25&sort=name&order=asc`. */
export const listQuery = z.object({
  page: z.coerce.number().int().min(1).default(1),
  perPage: z.coerce.number().int().min(1).max(1_000).default(25),
  sort: z.string().max(40).optional(),
  order: z.enum(["asc", "desc"]).optional(),
});

/** A part of a list. */
export function listOf<Row extends z.ZodType>(row: Row) {
  return z.object({
    rows: z.array(row),
    /** How many there are. */
    total: z.int(),
    /** False when there are more than `total`: counting has an end. */
    isCounted: z.boolean(),
  });
}

/** ms since the epoch. */
export const time = z.number().int();

/** Any JSON object. */
export const jsonObject = z.record(z.string(), z.unknown());

/** A JSON Schema from which a form is drawn. */
export const formSchema = jsonObject;

/** A piece of text to look for. */
export const search = z.string().trim().max(200).optional();

/** A flag in a query. */
export const flag = z.enum(["true", "false"]).transform((value) => value === "true");

/** Several ids, separated by commas. */
export const idList = z
  .string()
  .max(40_000)
  .transform((text) => text.split(",").filter((id) => id !== ""));

/** What stands in place of a secret; sent back, it leaves the secret as it is. */
export const SECRET_MASK = "********";
