import Autocomplete from "@mui/material/Autocomplete";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { useGetList, useTranslate } from "react-admin";
import type { BatchAction } from "../../host-server/console/contract/devices.ts";
import { useGroupChoices } from "./groups.tsx";

const TYPES = ["say", "set-agent", "add-group", "remove-group", "set-updates", "reboot", "unbind"] as const;

/** What is to be done, as far as somebody has said it. */
export interface BatchChoice {
  readonly type: (typeof TYPES)[number];
  /** Text, group, agent's id, or `true` and `false`. */
  readonly value: string;
}

/** The request for a choice; undefined while something is missing. */
export function batchActionOf({ type, value }: BatchChoice): BatchAction | undefined {
  const text = value.trim();
  if (type === "reboot" || type === "unbind") return { type };
  if (type === "set-updates") return { type, updates: value !== "false" };
  if (type === "set-agent") return { type, agent: text || null };
  if (text === "") return undefined;
  return type === "say" ? { type, text } : { type, group: text };
}

interface BatchFieldsProps {
  readonly choice: BatchChoice;
  readonly onChange: (choice: BatchChoice) => void;
}

/** Asks what is to be done, and for what that needs. */
export function BatchFields({ choice, onChange }: BatchFieldsProps) {
  const translate = useTranslate();
  return (
    <>
      <TextField
        select
        label={translate("batch.action")}
        value={choice.type}
        onChange={({ target }) => onChange({ type: target.value as BatchChoice["type"], value: "" })}
      >
        {TYPES.map((type) => (
          <MenuItem key={type} value={type}>
            {translate(`batch.${type}`)}
          </MenuItem>
        ))}
      </TextField>
      <BatchValue choice={choice} onChange={onChange} />
    </>
  );
}

function BatchValue({ choice, onChange }: BatchFieldsProps) {
  const translate = useTranslate();
  const groups = useGroupChoices();
  const { data: agents = [] } = useGetList("agents", { pagination: { page: 1, perPage: 200 } });
  const change = (value: string) => onChange({ ...choice, value });
  const label = translate(`batch.${choice.type}-value`, { _: "" });
  if (choice.type === "say") {
    return <TextField label={label} value={choice.value} onChange={({ target }) => change(target.value)} multiline />;
  }
  if (choice.type === "add-group" || choice.type === "remove-group") {
    return (
      <Autocomplete
        freeSolo
        options={groups.map(({ name }) => name)}
        inputValue={choice.value}
        onInputChange={(_, value) => change(value)}
        renderInput={(params) => <TextField {...params} label={label} />}
      />
    );
  }
  if (choice.type === "reboot" || choice.type === "unbind") return <p>{translate(`batch.${choice.type}-hint`)}</p>;
  const options =
    choice.type === "set-agent"
      ? [{ id: "", name: translate("device.serverAgent") }, ...agents]
      : ["true", "false"].map((id) => ({ id, name: translate(`ra.boolean.${id}`) }));
  const value = choice.type === "set-updates" ? choice.value || "true" : choice.value;
  return (
    <TextField select label={label} value={value} onChange={({ target }) => change(target.value)}>
      {options.map(({ id, name }) => (
        <MenuItem key={id} value={id}>
          {name}
        </MenuItem>
      ))}
    </TextField>
  );
}
