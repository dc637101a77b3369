import { useQuery } from "@tanstack/react-query";
import type { AgentForm } from "../../host-server/console/contract/agents.ts";
import { request } from "../api/request.ts";
import type { Schema } from "../forms/schema.ts";

interface KnownForm extends Omit<AgentForm, "schema"> {
  readonly schema: Schema;
}

/** What an agent may be told, from the server; undefined until it is there. */
export function useAgentForm(): KnownForm | undefined {
  const { data } = useQuery({
    queryKey: ["agent-form"],
    queryFn: () => request<KnownForm>("GET", "agent-form"),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data;
}
