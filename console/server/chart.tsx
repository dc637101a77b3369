import Box from "@mui/material/Box";
import { useEffect, useId, useRef } from "react";
import { useLocaleState, useTranslate } from "react-admin";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

interface ChartProps {
  readonly title: string;
  /** Seconds since the epoch. */
  readonly times: number[];
  readonly values: (number | null)[];
  readonly colour: string;
  readonly ink: string;
  readonly grid: string;
}

const HEIGHT = 160;
/** Seconds between two times below a line: they are written to the minute. */
const TICKS = [60, 300, 600, 900, 1_800, 3_600];

/** What the picture shows, for those who cannot see it. */
function useSummary(values: readonly (number | null)[]): string {
  const translate = useTranslate();
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return translate("server.noValues");
  const [last = 0] = known.slice(-1);
  const round = (value: number) => Math.round(value * 10) / 10;
  return translate("server.summary", {
    last: round(last),
    least: round(Math.min(...known)),
    most: round(Math.max(...known)),
  });
}

/** A line over time. */
export function Chart({ title, times, values, colour, ink, grid }: ChartProps) {
  const id = useId();
  const place = useRef<HTMLDivElement>(null);
  const summary = useSummary(values);
  const [locale] = useLocaleState();
  useEffect(() => {
    const format = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hour12: false });
    const clock = (second: number) => format.format(second * 1_000);
    const element = place.current;
    if (!element) return;
    const axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid } };
    const options: uPlot.Options = {
      width: element.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      axes: [
        { ...axis, incrs: TICKS, values: (_, seconds) => seconds.map(clock) },
        { ...axis, size: 48 },
      ],
      scales: { y: { range: (_, __, most) => [0, Math.max(most * 1.1, 1)] } },
      series: [{}, { stroke: colour, width: 2, spanGaps: false }],
    };
    const plot = new uPlot(options, [times, values], element);
    const watch = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [times, values, colour, ink, grid, locale]);
  return (
    <Box component="figure" aria-labelledby={id} sx={{ flex: "1 1 300px", minWidth: 0, m: 0 }}>
      <figcaption id={id}>
        <strong>{title}</strong> {summary}
      </figcaption>
      <div ref={place} aria-hidden="true" />
    </Box>
  );
}
