import TLSSocket from "embedded:io/socket/tcp/tls";
import Timer from "timer";
import { ADDRESS, type Environment } from "../environment.ts";
import { der, guarded } from "./tls.ts";

const Secure = TLSSocket as unknown as new (options: object) => { close(): void };

/** Which servers a device lets in, of all that are called `tls …`. */
export default function strangers({ say, done, ports, authority }: Environment): void {
  const names = Object.keys(ports).filter((name) => name.startsWith("tls "));
  const next = () => {
    const name = names.shift();
    if (name === undefined) return done();
    let hasEnded = false;
    const end = (outcome: string) => {
      if (hasEnded) return;
      hasEnded = true;
      Timer.clear(patience);
      say([name.slice(4), outcome]);
      Timer.set(() => {
        socket.close();
        next();
      }, 20);
    };
    const patience = Timer.set(() => end("goes on"), 1500);
    const socket = new Secure({
      address: ADDRESS,
      host: "server.test",
      port: ports[name],
      TCP: { io: guarded(() => {}) },
      secure: { serverName: "server.test", certificate: der(authority) },
      onWritable: () => end("let in"),
      onError: () => end("refused"),
    });
  };
  next();
}
