import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import { useQuery } from "@tanstack/react-query";
import { useEditContext, useTranslate } from "react-admin";
import type { Agent, Difference, Snapshot } from "../../host-server/console/contract/agents.ts";
import { request } from "../api/request.ts";
import { written } from "../forms/schema-fields.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { useAction } from "../parts/use-action.ts";

interface SnapshotDialogProps {
  readonly agent: Agent;
  readonly snapshot: Snapshot;
  readonly onClose: () => void;
  /** The agent is again what it was, and has been loaded. */
  readonly onRestored: () => void;
}

/** What is different between then and now, and the way back. */
export function SnapshotDialog({ agent, snapshot, onClose, onRestored }: SnapshotDialogProps) {
  const translate = useTranslate();
  const { refetch } = useEditContext();
  const { isBusy, run } = useAction();
  const path = `agents/${encodeURIComponent(agent.id)}`;
  const { version } = snapshot;
  const { data = [] } = useQuery({
    queryKey: [path, "diff", version, agent.version],
    queryFn: () => request<Difference[]>("GET", `${path}/snapshots/${version}/diff`),
  });
  const restore = async () => {
    const isDone = await run(
      () => request("POST", `${path}/restore`, { version, seen: agent.version }),
      "agent.restored",
    );
    if (!isDone) return;
    onClose();
    await refetch();
    onRestored();
  };
  return (
    <Dialog
      title={translate("agent.version", { version, name: snapshot.name })}
      isOpen
      onClose={onClose}
      action={translate("agent.restore")}
      isBusy={isBusy}
      onSubmit={restore}
    >
      <DifferenceTable differences={data} />
    </Dialog>
  );
}

function shown(value: unknown): string {
  if (value === undefined) return "–";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function DifferenceTable({ differences }: { readonly differences: readonly Difference[] }) {
  const translate = useTranslate();
  // As the form has it.
  const nameOf = (path: string) =>
    path
      .split(".")
      .map((name) => translate(`setting.${name}`, { _: written(name) }))
      .join(" · ");
  if (differences.length === 0) return <p>{translate("agent.noDifference")}</p>;
  return (
    <Table size="small" sx={{ tableLayout: "fixed", overflowWrap: "anywhere" }}>
      <TableHead>
        <TableRow>
          <TableCell>{translate("agent.key")}</TableCell>
          <TableCell>{translate("agent.before")}</TableCell>
          <TableCell>{translate("agent.after")}</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {differences.map(({ path, before, after }) => (
          <TableRow key={path}>
            <TableCell component="th" scope="row" title={path}>
              {nameOf(path)}
            </TableCell>
            <TableCell>{shown(before)}</TableCell>
            <TableCell>{shown(after)}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
