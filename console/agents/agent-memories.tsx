import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useRecordContext, useTranslate } from "react-admin";
import { request } from "../api/request.ts";
import { Loaded } from "../parts/loaded.tsx";
import { useAction } from "../parts/use-action.ts";
import { MemoryFields } from "./agent-fields.tsx";

interface Memory {
  readonly device: string;
  readonly text: string;
  readonly updated: number;
}

/** Whether an agent remembers, and what it remembers of those who use a device. */
export function AgentMemories() {
  const translate = useTranslate();
  const id = String(useRecordContext()?.id ?? "");
  const path = `agents/${encodeURIComponent(id)}/memories`;
  const memories = useQuery({
    queryKey: [path],
    queryFn: () => request<Memory[]>("GET", path),
    enabled: id !== "",
    retry: false,
  });
  return (
    <>
      <MemoryFields />
      <h2 style={{ fontSize: "1rem" }}>{translate("agent.memories")}</h2>
      <Loaded query={memories}>
        {(all) =>
          all.length === 0 ? (
            <p>{translate("agent.noMemories")}</p>
          ) : (
            all.map((memory) => <MemoryText key={`${memory.device}-${memory.updated}`} path={path} memory={memory} />)
          )
        }
      </Loaded>
    </>
  );
}

interface MemoryTextProps {
  readonly path: string;
  readonly memory: Memory;
}

function MemoryText({ path, memory }: MemoryTextProps) {
  const translate = useTranslate();
  const client = useQueryClient();
  const { isBusy, run } = useAction();
  const [text, setText] = useState(memory.text);
  const own = `${path}/${encodeURIComponent(memory.device)}`;
  const renew = () => client.invalidateQueries({ queryKey: [path] });
  const save = () => run(() => request("PATCH", own, { text }).then(renew), "agent.memorySaved");
  const forget = () => run(() => request("DELETE", own).then(renew), "agent.memoryForgotten");
  return (
    <Stack sx={{ width: "100%", mb: 2 }}>
      <TextField label={memory.device} value={text} onChange={({ target }) => setText(target.value)} multiline />
      <Stack direction="row" sx={{ gap: 1 }}>
        <Button onClick={save} disabled={isBusy || text === memory.text}>
          {translate("ra.action.save")}
        </Button>
        <Button onClick={forget} disabled={isBusy} color="error">
          {translate("agent.forget")}
        </Button>
      </Stack>
    </Stack>
  );
}
