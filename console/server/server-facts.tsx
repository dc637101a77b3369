import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import { useTranslate } from "react-admin";
import type { ServerState } from "../../host-server/console/contract/server.ts";
import { Moment } from "../parts/when.tsx";

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_048_576)} MB`;
}

/** The server in words and numbers. */
export function ServerFacts({ state }: { readonly state: ServerState }) {
  const translate = useTranslate();
  const ports = Object.entries(state.ports).filter(([, port]) => port !== 0);
  const facts: readonly (readonly [string, React.ReactNode])[] = [
    ["version", state.version],
    ["started", <Moment key="started" at={state.started} />],
    ["sessions", state.sessions],
    ["devices", state.devices],
    ["database", state.database === "sqlite" ? "SQLite" : "PostgreSQL"],
    ["memory", megabytes(state.memoryBytes)],
    ["cpu", `${Math.round(state.cpu * 100)} %`],
    ["loopDelay", `p99 ${state.loopDelay.p99.toFixed(0)} ms, max ${state.loopDelay.max.toFixed(0)} ms`],
    ["ports", ports.map(([name, port]) => `${name} ${port}`).join(", ")],
    ...Object.entries(state.models).map(([stage, model]) => [`stage.${stage}`, model] as const),
  ];
  return (
    <Table size="small" sx={{ maxWidth: 720, mb: 2 }}>
      <TableBody>
        {facts.map(([name, value]) => (
          <TableRow key={name}>
            <TableCell component="th" scope="row" sx={{ whiteSpace: "nowrap" }}>
              {translate(name.startsWith("stage.") ? name : `server.${name}`)}
            </TableCell>
            <TableCell sx={{ overflowWrap: "anywhere" }}>{value}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
