import Alert from "@mui/material/Alert";
import LinearProgress from "@mui/material/LinearProgress";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { AgentForm } from "../../host-server/console/contract/agents.ts";
import { request } from "../api/request.ts";
import type { Schema } from "../forms/schema.ts";
import { useRefusalText } from "../parts/use-action.ts";

/** What an agent may be told, as the server says. */
export interface KnownForm extends Omit<AgentForm, "schema"> {
  readonly schema: Schema;
}

interface WithAgentFormProps {
  readonly children: (form: KnownForm) => ReactNode;
}

/** Fields that need to know what an agent may be told; until then, how it goes to find out. */
export function WithAgentForm({ children }: WithAgentFormProps) {
  const refusalText = useRefusalText();
  const { data, error } = useQuery({
    queryKey: ["agent-form"],
    queryFn: () => request<KnownForm>("GET", "agent-form"),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (error) return <Alert severity="error">{refusalText(error)}</Alert>;
  return data ? children(data) : <LinearProgress />;
}
