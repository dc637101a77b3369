import { useLocaleState, useRecordContext, useTranslate } from "react-admin";

const UNITS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, ms: number])[] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
];
/** After that the date says more than a number of days. */
const RECENT_MS = 7 * 86_400_000;

interface WhenProps {
  /** Member of the row: ms since the epoch; 0 or null: never. */
  readonly source: string;
  readonly label?: string;
  readonly sortable?: boolean;
}

/** How long ago, or the date when it is longer; the exact time stands in its title. */
export function When({ source }: WhenProps) {
  const record = useRecordContext();
  return <Moment at={record?.[source] ?? 0} />;
}

/** The same of a time that is at hand. */
export function Moment({ at }: { readonly at: number | null }) {
  const [locale] = useLocaleState();
  const translate = useTranslate();
  if (!at) return <span>{translate("parts.never")}</span>;
  const exact = new Date(at).toLocaleString(locale);
  const ago = at - Date.now();
  const [unit, ms] = UNITS.find(([, length]) => Math.abs(ago) >= length) ?? ["second", 1_000];
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(Math.round(ago / ms), unit);
  return (
    <time dateTime={new Date(at).toISOString()} title={exact} style={{ whiteSpace: "nowrap" }}>
      {Math.abs(ago) < RECENT_MS ? words : exact}
    </time>
  );
}
