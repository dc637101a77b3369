import { HostResolver } from "../../../modules/io/host-resolver.ts";
import type { Environment } from "../environment.ts";

/** The firmware's own: addresses at once, names later; a name that has IPv6 addresses, too; one that nobody has. */
export default function resolver({ say, done }: Environment): void {
  let isLater = false;
  const answers: unknown[] = [];
  const answer = (value: unknown) => {
    answers.push(value);
    if (answers.length < 3) return;
    for (const text of answers.map((each) => JSON.stringify(each)).sort()) say(JSON.parse(text));
    done();
  };
  const resolve = (host: string) =>
    new HostResolver().resolve({
      host,
      onResolved: (name, address) => answer([name, address, isLater]),
      onError: (name) => answer([name, "unknown", isLater]),
    });
  resolve("10.1.2.3");
  resolve("localhost");
  resolve("nobody.invalid");
  isLater = true;
}
