import Box from "@mui/material/Box";

interface LevelMeterProps {
  readonly label: string;
  /** 0 to 1. */
  readonly level: number;
}

/** How loud it is. */
export function LevelMeter({ label, level }: LevelMeterProps) {
  const percent = Math.round(Math.min(Math.max(level, 0), 1) * 100);
  return (
    <Box component="label" sx={{ display: "inline-flex", alignItems: "center", gap: 1 }}>
      {label}
      <meter min={0} max={100} high={95} value={percent} style={{ width: 120 }}>
        {percent} %
      </meter>
    </Box>
  );
}
