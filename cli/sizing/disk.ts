import { open } from "node:fs/promises";
import { join } from "node:path";
import { percentile } from "../fleet/report/timeline.ts";

const PAGE_BYTES = 4_096;
const WRITES = 60;

/** ms until what was written is on the disk, of half and of 19 in 20 writes. */
export interface DiskCost {
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** How long the disk of this folder takes for one page, as a database waits for it. */
export async function measureDisk(folder: string): Promise<DiskCost> {
  const file = await open(join(folder, "sizing.bin"), "w");
  const page = new Uint8Array(PAGE_BYTES).fill(7);
  const times: number[] = [];
  try {
    for (let n = 0; n < WRITES; n++) {
      const from = performance.now();
      await file.write(page, 0, PAGE_BYTES, n * PAGE_BYTES);
      await file.datasync();
      times.push(performance.now() - from);
    }
  } finally {
    await file.close();
  }
  return { p50Ms: percentile(times, 0.5), p95Ms: percentile(times, 0.95) };
}
