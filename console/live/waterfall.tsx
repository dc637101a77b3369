import Box from "@mui/material/Box";
import { useTranslate } from "react-admin";
import type { LiveEvent, TurnStages } from "../../host-server/console/contract/live.ts";
import { barsOf } from "./stage-times.ts";

interface WaterfallProps {
  readonly turn: Extract<LiveEvent, { readonly type: "turn" }>;
}

/** Where the time of a turn went. */
export function Waterfall({ turn }: WaterfallProps) {
  const translate = useTranslate();
  const { stages, heard, said, isInterrupted, tools } = turn;
  return (
    <Box component="article" sx={{ mb: 2 }}>
      <Box sx={{ fontWeight: 600, overflowWrap: "anywhere" }}>
        {heard || said}
        {isInterrupted && ` (${translate("live.interrupted")})`}
      </Box>
      <StageBars stages={stages} />
      {tools.map(({ name, arguments: values, result }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: calls of a turn that is over never move
        <Box key={index} component="code" sx={{ display: "block", fontSize: "0.75rem", overflowWrap: "anywhere" }}>
          {name} {JSON.stringify(values)} → {result}
        </Box>
      ))}
    </Box>
  );
}

/** The same as a table, which screen readers can read. */
export function StageBars({ stages }: { readonly stages: TurnStages }) {
  const translate = useTranslate();
  const bars = barsOf(stages);
  const total = Math.max(...bars.map(({ until }) => until), 1);
  return (
    <Box component="table" sx={{ width: "100%", borderSpacing: "0 2px", fontSize: "0.8125rem" }}>
      <tbody>
        {bars.map(({ stage, from, until, colour }) => (
          <tr key={stage}>
            <Box component="th" scope="row" sx={{ width: 110, textAlign: "left", fontWeight: 400 }}>
              {translate(`live.stage.${stage}`)}
            </Box>
            <td>
              <Box
                sx={{
                  height: 12,
                  minWidth: 2,
                  borderRadius: 0.5,
                  bgcolor: colour,
                  ml: `${(from / total) * 100}%`,
                  width: `${((until - from) / total) * 100}%`,
                }}
              />
            </td>
            <Box component="td" sx={{ width: 80, textAlign: "right", fontVariantNumeric: "tabular-nums" }}>
              {Math.round(until)} ms
            </Box>
          </tr>
        ))}
      </tbody>
    </Box>
  );
}
