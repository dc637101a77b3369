import { ANNOUNCEMENT_VERSION, OTA_PATH, SERVICE_TYPE } from "../../protocol/ota.ts";
import type { DnsRecord } from "./dns-message.ts";

const SERVICE_NAME = `${SERVICE_TYPE}.local`;

function textOf(texts: readonly string[], key: string): string | undefined {
  return texts.find((text) => text.toLowerCase().startsWith(`${key}=`))?.slice(key.length + 1);
}

/** Where the host of a service is: where its answer came from, unless it only names other addresses. */
function addressOf(records: readonly DnsRecord[], host: string, sender: string): string {
  const addresses = records.flatMap((record) => (record.type === "A" && record.name === host ? [record.address] : []));
  return addresses.includes(sender) ? sender : (addresses[0] ?? sender);
}

/** Address of the version check of the server that `records` announce; undefined when they announce none for us. */
export function announcedServer(records: readonly DnsRecord[], sender: string): string | undefined {
  for (const pointer of records) {
    if (pointer.type !== "PTR" || pointer.name !== SERVICE_NAME) continue;
    const service = records.find((record) => record.type === "SRV" && record.name === pointer.target);
    if (service?.type !== "SRV" || service.port === 0) continue;
    const about = records.find((record) => record.type === "TXT" && record.name === pointer.target);
    const texts = about?.type === "TXT" ? about.texts : [];
    const version = textOf(texts, "v") ?? ANNOUNCEMENT_VERSION;
    const ota = textOf(texts, "ota") ?? OTA_PATH;
    if (version !== ANNOUNCEMENT_VERSION) continue;
    if (/^https?:\/\/[!-~]+$/.test(ota)) return ota;
    if (/^\/[!-~]*$/.test(ota)) return `http://${addressOf(records, service.target, sender)}:${service.port}${ota}`;
  }
  return undefined;
}
