import TCP from "embedded:io/socket/tcp";
import HTTPClient from "embedded:network/http/client";
import Timer from "timer";
import { bytes, type Environment, Resolver, text } from "../environment.ts";

/** A request with a body, one without, two that wait for each other, and a connection that breaks. */
export default function httpClient({ say, done, ports }: Environment): void {
  const client = new HTTPClient({
    host: "server.test",
    port: ports["http"] as number,
    dns: { io: Resolver },
    socket: { io: TCP },
    onError: () => {
      say("client error");
      Timer.set(done, 50);
    },
  });
  const exchange = (path: string, body?: string) => {
    let received = "";
    let isSent = false;
    const request = client.request({
      method: body === undefined ? "GET" : "POST",
      path,
      headers: new Map([
        ["x-name", "value"],
        ...(body === undefined ? [] : [["content-length", `${body.length}`] as [string, string]]),
      ]),
      onHeaders(status, headers) {
        say(["headers", path, status, headers.get("x-kind") ?? "none", this === request]);
      },
      onWritable() {
        if (isSent || body === undefined) return;
        isSent = true;
        this.write(bytes(body));
      },
      onReadable(count) {
        received += text(this.read(count));
      },
      onDone(error) {
        say(["done", path, error === null || error === undefined, received]);
      },
    });
  };
  exchange("/echo?a=b", "some words");
  exchange("/chunked");
  exchange("/missing");
  exchange("/empty");
  exchange("/break");
}
