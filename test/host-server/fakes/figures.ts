import type { Server } from "../../../host-server/server.ts";
import { fetchFrom } from "./http.ts";

/** The samples of a Prometheus text, by name with labels. */
export function samples(text: string): Map<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]));
}

/** What a server has counted so far. */
export async function figuresOf(server: Server): Promise<Map<string, number>> {
  return samples((await fetchFrom(server, "http", "/metrics")).text);
}
