import { useQuery } from "@tanstack/react-query";
import type { ProviderForm } from "../../host-server/console/contract/models.ts";
import { request } from "../api/request.ts";

/** Every way to fill a stage, with the form of its settings. */
export function useProviderForms(): readonly ProviderForm[] {
  const { data = [] } = useQuery({
    queryKey: ["providers"],
    queryFn: () => request<ProviderForm[]>("GET", "providers"),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data;
}

/** Stages in the order of a turn. */
export const STAGES = ["llm", "tts", "asr", "vad", "vllm"] as const;

/** The same as choices. */
export const STAGE_CHOICES = STAGES.map((id) => ({ id, name: `stage.${id}` }));
