import { Counter, Gauge, Registry } from "prom-client";
import type { GatewayCounts } from "../mqtt/gateway.ts";

const PREFIX = "xiaozhi_gateway";

/** The gateway's figures as Prometheus reads them; `counts` gives those of the moment. */
export function createMetrics(counts: () => GatewayCounts): Registry {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, read: (counts: GatewayCounts) => number) => {
    new Gauge({
      name: `${PREFIX}_${name}`,
      help,
      registers,
      collect() {
        this.set(read(counts()));
      },
    });
  };
  const counter = (name: string, help: string, read: (counts: GatewayCounts) => number) => {
    new Counter({
      name: `${PREFIX}_${name}_total`,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(read(counts()));
      },
    });
  };
  gauge("devices", "Devices that are connected.", ({ devices }) => devices);
  gauge("sessions", "Sessions that are open.", ({ sessions }) => sessions);
  counter("refused_logins", "Logins that were refused.", ({ refusedLogins }) => refusedLogins);
  counter("stray_datagrams", "Datagrams of no session, or malformed.", ({ strayDatagrams }) => strayDatagrams);
  return registry;
}
