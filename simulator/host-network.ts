import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:net";
import type { Duplex } from "node:stream";
import type { Datagram, DatagramSocket, Endpoint, Listening, Network } from "./network.ts";

/** The network of this computer, IPv4 only like the device's. */
export class HostNetwork implements Network {
  async resolve(host: string): Promise<string> {
    return (await lookup(host, { family: 4 })).address;
  }

  connect(to: Endpoint): Duplex {
    const socket = connect({ host: to.host, port: to.port, family: 4, allowHalfOpen: true });
    socket.setNoDelay(true);
    return socket;
  }

  async listen(host: string, port: number, onConnection: (stream: Duplex) => void): Promise<Listening> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, onConnection);
    server.listen(port, host);
    await once(server, "listening");
    return {
      host,
      port: (server.address() as AddressInfo).port,
      close: () => new Promise((resolve) => server.close(() => resolve())),
    };
  }

  async bind(host: string, port: number, onDatagram: (datagram: Datagram) => void): Promise<DatagramSocket> {
    const socket = createSocket("udp4");
    socket.on("message", (data, from) => onDatagram({ data, address: from.address, port: from.port }));
    socket.bind(port, host);
    await once(socket, "listening");
    // From here on an error is a datagram that the host could not send: lost, as datagrams may be.
    socket.on("error", () => {});
    return {
      port: socket.address().port,
      send: (datagram, to) => socket.send(datagram, to.port, to.address),
      close: () => socket.close(),
    };
  }
}
