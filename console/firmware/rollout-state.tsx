import LinearProgress from "@mui/material/LinearProgress";
import { useRecordContext, useTranslate } from "react-admin";
import type { Firmware } from "../../host-server/console/contract/firmware.ts";

/** How many of the board's devices have it. */
export function RolloutState(_: { readonly source?: string; readonly label?: string }) {
  const translate = useTranslate();
  const rollout = useRecordContext<Firmware>()?.rollout;
  if (!rollout) return <div>{translate("firmware.notRolledOut")}</div>;
  const { state, percent, devices, installed, groups } = rollout;
  const value = devices === 0 ? 0 : (installed / devices) * 100;
  const where = groups.length > 0 ? ` (${groups.join(", ")})` : "";
  return (
    <div style={{ minWidth: 160 }}>
      <div>
        {translate(`firmware.${state}`)} · {percent} %{where}
      </div>
      <LinearProgress variant="determinate" value={value} aria-label={translate("firmware.progress")} />
      <div>{translate("firmware.installed", { installed, devices })}</div>
    </div>
  );
}
