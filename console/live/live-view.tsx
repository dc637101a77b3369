import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import { type ReactNode, useId } from "react";
import { useRecordContext, useTranslate } from "react-admin";
import type { Device } from "../../host-server/console/contract/devices.ts";
import { Conversation } from "./conversation.tsx";
import { LevelMeter } from "./level-meter.tsx";
import type { LiveState } from "./live-state.ts";
import { LogLines } from "./log-lines.tsx";
import { useLive } from "./use-live.ts";
import { Waterfall } from "./waterfall.tsx";

interface PartProps {
  readonly title: string;
  readonly children: ReactNode;
}

function Part({ title, children }: PartProps) {
  const id = useId();
  return (
    <Box component="section" aria-labelledby={id} sx={{ minWidth: 0, flex: "1 1 320px" }}>
      <Box component="h2" id={id} sx={{ fontSize: "1rem", my: 1 }}>
        {title}
      </Box>
      {children}
    </Box>
  );
}

/** What the device does now, how loud it is, and how much memory it has left. */
function Standing({ live }: { readonly live: LiveState }) {
  const translate = useTranslate();
  const { state, emotion, heapBytes, level } = live;
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 2 }}>
      <Chip role="status" color={state === "offline" ? "default" : "primary"} label={translate(`live.${state}`)} />
      {emotion && <Chip variant="outlined" label={emotion} />}
      <LevelMeter label={translate("live.microphone")} level={level.up} />
      <LevelMeter label={translate("live.loudspeaker")} level={level.down} />
      {heapBytes !== undefined && <span>{translate("live.heap", { kilobytes: Math.round(heapBytes / 1024) })}</span>}
    </Box>
  );
}

/** A device as it is just now: state, conversation, times of its turns, and the server's log about it. */
export function LiveView() {
  const device = useRecordContext<Device>();
  return device ? <LiveParts device={device.id} /> : null;
}

function LiveParts({ device }: { readonly device: string }) {
  const live = useLive(device);
  const translate = useTranslate();
  return (
    <Box sx={{ display: "flex", flexDirection: "column", gap: 2, width: "100%" }}>
      {!live.isConnected && <Alert severity="info">{translate("live.connecting")}</Alert>}
      <Standing live={live} />
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 3 }}>
        <Part title={translate("live.conversation")}>
          <Conversation lines={live.lines} />
        </Part>
        <Part title={translate("live.turns")}>
          {live.turns.length === 0 && <p>{translate("live.noTurns")}</p>}
          {live.turns.map((turn) => (
            <Waterfall key={`${turn.at}-${turn.turn}`} turn={turn} />
          ))}
        </Part>
      </Box>
      <Part title={translate("live.log")}>
        <LogLines logs={live.logs} />
      </Part>
    </Box>
  );
}
