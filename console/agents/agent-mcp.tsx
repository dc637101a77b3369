import Alert from "@mui/material/Alert";
import LinearProgress from "@mui/material/LinearProgress";
import { useQuery } from "@tanstack/react-query";
import { useRecordContext, useTranslate } from "react-admin";
import { request } from "../api/request.ts";
import { CopyLine } from "../parts/copy-line.tsx";
import { useRefusalText } from "../parts/use-action.ts";

interface Mcp {
  readonly url: string;
  readonly tools: readonly { readonly name: string; readonly description: string }[];
}

/** Where others connect their MCP servers to an agent, and the tools that they have brought. */
export function AgentMcp() {
  const translate = useTranslate();
  const refusalText = useRefusalText();
  const id = String(useRecordContext()?.id ?? "");
  const { data, error } = useQuery({
    queryKey: ["agent-mcp", id],
    queryFn: () => request<Mcp>("GET", `agents/${encodeURIComponent(id)}/mcp`),
    enabled: id !== "",
    retry: false,
  });
  if (error) return <Alert severity="info">{refusalText(error)}</Alert>;
  if (!data) return <LinearProgress />;
  if (data.url === "") return <Alert severity="info">{translate("agent.mcpClosed")}</Alert>;
  return (
    <>
      <p>{translate("agent.mcpHint")}</p>
      <CopyLine label={translate("agent.mcpAddress")} text={data.url} />
      <h2 style={{ fontSize: "1rem" }}>{translate("agent.mcpTools")}</h2>
      {data.tools.length === 0 && <p>{translate("agent.noMcpTools")}</p>}
      <ul>
        {data.tools.map(({ name, description }) => (
          <li key={name}>
            <code>{name}</code> {description}
          </li>
        ))}
      </ul>
    </>
  );
}
