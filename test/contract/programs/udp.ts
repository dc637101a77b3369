import UDP from "embedded:io/socket/udp";
import { ADDRESS, bytes, type Environment, text } from "../environment.ts";

/** Datagrams go out and come back whole, with their sender. */
export default function udp({ say, attempt, done, ports }: Environment): void {
  const port = ports["datagrams"] as number;
  let seen = 0;
  const socket = new UDP({
    onReadable(count) {
      for (let left = count; left > 0; left--) {
        const packet = this.read();
        if (!packet) continue;
        say([text(packet).slice(0, 20), packet.byteLength, packet.address, packet.port === port, this === socket]);
        seen++;
      }
      if (seen < 3) return;
      say(this.read() === undefined);
      done();
    },
  });
  say(attempt(() => socket.write(bytes("to a name"), "localhost", port)) !== "done");
  say(attempt(() => socket.read()));
  socket.write(bytes("one"), ADDRESS, port);
  socket.write(bytes("two").subarray(1), ADDRESS, port);
  socket.write(new Uint8Array(1000).fill(120), ADDRESS, port);
}
