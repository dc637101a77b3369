import Resource from "Resource";

/**
 * A file of the manifest's `data`, as bytes that stay in flash memory; `slice` copies a piece.
 *
 * @throws Error when the build has no such file
 */
export function storedFile(name: string): ArrayBuffer {
  return new Resource(name);
}

/** Whether the build has this file. */
export function hasStoredFile(name: string): boolean {
  return Resource.exists(name);
}
