import Chip from "@mui/material/Chip";
import Stack from "@mui/material/Stack";
import { useQuery } from "@tanstack/react-query";
import { useRecordContext } from "react-admin";
import type { DeviceGroup } from "../../host-server/console/contract/devices.ts";
import { request } from "../api/request.ts";

interface ChipsProps {
  /** Member of the row that holds texts. */
  readonly source: string;
  readonly label?: string;
  readonly sortable?: boolean;
}

/** A list of short texts: groups of a device, tags of an agent. */
export function Chips({ source }: ChipsProps) {
  const texts: readonly string[] = useRecordContext()?.[source] ?? [];
  return (
    <Stack direction="row" sx={{ flexWrap: "wrap", gap: 0.5 }}>
      {texts.map((text) => (
        <Chip key={text} label={text} size="small" />
      ))}
    </Stack>
  );
}

/** Groups that there are, as choices. */
export function useGroupChoices() {
  const { data = [] } = useQuery({
    queryKey: ["device-groups"],
    queryFn: () => request<DeviceGroup[]>("GET", "device-groups"),
  });
  return data.map(({ name }) => ({ id: name, name }));
}
