import type { Cancel, Clock } from "../../protocol/clock.ts";
import { frozen } from "../../protocol/frozen.ts";
import { SERVICE_TYPE } from "../../protocol/ota.ts";
import { DatagramPort } from "../io/datagram-port.ts";
import { log } from "../system/log.ts";
import { announcedServer } from "./announced-server.ts";
import { dnsQuestion, readDnsRecords } from "./dns-message.ts";

const SERVICE_NAME = `${SERVICE_TYPE}.local`;
const MULTICAST_ADDRESS = "224.0.0.251";
const MULTICAST_PORT = 5353;

/** When the question is asked (RFC 6762 §5.2: at least a second apart), and when nobody is waited for any more. */
const ASK_AT_MS = frozen([0, 1000, 3000]);
const GIVE_UP_MS = 5000;

/** Looks for a server in the local network, once; gives its address, or undefined after 5 s. */
export function searchServer(clock: Clock): Promise<string | undefined> {
  return new Promise((resolve) => {
    const cancels: Cancel[] = [];
    const end = (url: string | undefined) => {
      for (const cancel of cancels) cancel();
      port.close();
      resolve(url);
    };
    const port = new DatagramPort({
      clock,
      onDatagram: (bytes, sender) => {
        const url = announcedServer(readDnsRecords(bytes), sender);
        if (url === undefined) return;
        log.info("server found", { url });
        end(url);
      },
    });
    // From a port of our own, so that the answer comes to us alone (RFC 6762 §5.1, §6.7): nothing has to be joined.
    const ask = () => port.send(dnsQuestion(SERVICE_NAME), MULTICAST_ADDRESS, MULTICAST_PORT);
    for (const ms of ASK_AT_MS) cancels.push(clock.schedule(ms, ask));
    cancels.push(clock.schedule(GIVE_UP_MS, () => end(undefined)));
  });
}
