import Resource from "Resource";
import { type Environment, text } from "../environment.ts";

interface Store {
  new (name: string): ArrayBuffer & { slice(begin: number, end?: number, copy?: boolean): ArrayBuffer };
  exists(name: string): boolean;
}

/** A file of the manifest's `data`: there or not, its length, a copied part. */
export default function resource({ say, attempt, done }: Environment): void {
  const Data = Resource as unknown as Store;
  say([Data.exists("sample.bin"), Data.exists("absent.bin")]);
  say(attempt(() => new Data("absent.bin")));
  const data = new Data("sample.bin");
  say([data.byteLength, text(data.slice(0, 7))]);
  say([data.slice(4, 8).byteLength, text(data.slice(8))]);
  done();
}
