import Button from "@mui/material/Button";
import List from "@mui/material/List";
import ListItem from "@mui/material/ListItem";
import ListItemText from "@mui/material/ListItemText";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useRecordContext, useTranslate } from "react-admin";
import type { Agent, Snapshot } from "../../host-server/console/contract/agents.ts";
import { request } from "../api/request.ts";
import { Loaded } from "../parts/loaded.tsx";
import { Moment } from "../parts/when.tsx";
import { SnapshotDialog } from "./snapshot-dialog.tsx";

/** What an agent was before each of its changes, to compare and to go back to. */
export function AgentSnapshots({ onRestored }: { readonly onRestored: () => void }) {
  const translate = useTranslate();
  const agent = useRecordContext<Agent>();
  const [chosen, setChosen] = useState<Snapshot>();
  const path = `agents/${encodeURIComponent(agent?.id ?? "")}`;
  const snapshots = useQuery({
    queryKey: [path, "snapshots", agent?.version],
    queryFn: () => request<Snapshot[]>("GET", `${path}/snapshots`),
    enabled: agent !== undefined,
    retry: false,
  });
  if (!agent) return null;
  return (
    <>
      <Loaded query={snapshots}>{(all) => all.length === 0 && <p>{translate("agent.noSnapshots")}</p>}</Loaded>
      <List sx={{ width: "100%" }}>
        {snapshots.data?.map((snapshot) => (
          <ListItem key={snapshot.version} divider sx={{ gap: 2 }}>
            <ListItemText
              primary={translate("agent.version", { version: snapshot.version, name: snapshot.name })}
              secondary={<Moment at={snapshot.created} />}
            />
            <Button onClick={() => setChosen(snapshot)}>{translate("agent.compare")}</Button>
          </ListItem>
        ))}
      </List>
      {chosen && (
        <SnapshotDialog agent={agent} snapshot={chosen} onClose={() => setChosen(undefined)} onRestored={onRestored} />
      )}
    </>
  );
}
