import Box from "@mui/material/Box";
import { useTheme } from "@mui/material/styles";
import { useMemo } from "react";
import { useTranslate } from "react-admin";
import type { ServerFigures } from "../../host-server/console/contract/server.ts";
import { Chart } from "./chart.tsx";

type Point = ServerFigures["points"][number];

const CHARTS: readonly (readonly [name: string, unit: string, value: (point: Point) => number | null])[] = [
  ["sessions", "", ({ sessions }) => sessions],
  ["turns", "", ({ turns }) => turns],
  ["firstFrame", "ms", ({ firstFrame }) => firstFrame],
  ["cpu", "%", ({ cpu }) => cpu * 100],
  ["memory", "MB", ({ memoryBytes }) => memoryBytes / 1_048_576],
];

/** The last hour, one picture for each figure. */
export function FigureCharts({ points }: { readonly points: readonly Point[] }) {
  const translate = useTranslate();
  const { palette } = useTheme();
  const times = useMemo(() => points.map(({ at }) => at / 1_000), [points]);
  const series = useMemo(() => CHARTS.map(([, , value]) => points.map(value)), [points]);
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", gap: 3 }}>
      {CHARTS.map(([name, unit], index) => (
        <Chart
          key={name}
          title={[translate(`server.${name}`), unit && `(${unit})`].filter(Boolean).join(" ")}
          times={times}
          values={series[index] ?? []}
          colour={palette.primary.main}
          ink={palette.text.secondary}
          grid={palette.divider}
        />
      ))}
    </Box>
  );
}
