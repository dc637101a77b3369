import Net from "net";
import type { Environment } from "../environment.ts";

/** A name that nobody has is called back without an address, later, with the global object as this. */
export default function net({ say, done }: Environment): void {
  let isLater = false;
  Net.resolve("nobody.invalid", function (this: unknown, name, address) {
    say([isLater, name === undefined || name === "nobody.invalid", address === undefined]);
    done();
  });
  isLater = true;
}
