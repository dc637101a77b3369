import { mkdirSync, statfsSync } from "node:fs";
import { describeBytes } from "./bytes.ts";
import { ModelError } from "./errors.ts";

/** Models are packed to less than half, at best. */
const UNPACKED = 2.2;

/** Bytes that may be written where a folder lies; the folder is made when missing. */
export function freeBytes(folder: string): number {
  mkdirSync(folder, { recursive: true });
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** What a model needs on the disk until it is unpacked. */
export function neededBytes(downloads: readonly { readonly bytes?: number; readonly isArchive: boolean }[]): number {
  return downloads.reduce((sum, { bytes = 0, isArchive }) => sum + bytes * (isArchive ? 1 + UNPACKED : 2), 0);
}

/** @throws ModelError `disk-full` when there is less than is needed */
export function checkRoom(folder: string, needed: number, free: (folder: string) => number = freeBytes): void {
  const room = free(folder);
  if (room >= needed) return;
  const message = `disk-full: ${folder} has ${describeBytes(room)} left, ${describeBytes(needed)} are needed until it is unpacked`;
  throw new ModelError("disk-full", message);
}
