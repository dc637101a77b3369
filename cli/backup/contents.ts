import { z } from "zod";

/** The first entry of a backup. */
export const BEGINNING = "backup.json";
/** The last one: an archive without it was cut off. */
export const END = "end.json";
/** Where the rows lie: `database/<table>/<number>.ndjson`, a row a line. */
export const ROWS = /^database\/([^/]+)\/\d+\.ndjson$/;
/** What the files of the data folder are led by. */
export const FILES = "files/";

/** The form of an archive that this version writes. */
export const FORM = 1;

/** What the beginning says. */
export const beginningSchema = z.object({
  form: z.number().int(),
  /** When it was made, ISO 8601. */
  created: z.string(),
  /** The steps of the tables' history that its rows have been through; none without a database. */
  steps: z.array(z.string()),
});

export type Beginning = z.infer<typeof beginningSchema>;

/** What the end says, for comparison. */
export const endSchema = z.object({ rows: z.record(z.string(), z.number().int()), files: z.number().int() });

export type End = z.infer<typeof endSchema>;
