import Alert from "@mui/material/Alert";
import Card from "@mui/material/Card";
import CardContent from "@mui/material/CardContent";
import LinearProgress from "@mui/material/LinearProgress";
import { useQuery } from "@tanstack/react-query";
import { Title, useTranslate } from "react-admin";
import type { ServerFigures, ServerState } from "../../host-server/console/contract/server.ts";
import { request } from "../api/request.ts";
import { CopyLine } from "../parts/copy-line.tsx";
import { useRefusalText } from "../parts/use-action.ts";
import { FigureCharts } from "./figure-charts.tsx";
import { ServerButtons } from "./server-buttons.tsx";
import { ServerFacts } from "./server-facts.tsx";

const STATE_EVERY_MS = 5_000;
const FIGURES_EVERY_MS = 60_000;

/** How the server is, and how the last hour was. */
export default function ServerPage() {
  const translate = useTranslate();
  const refusalText = useRefusalText();
  const { data: state, error } = useQuery({
    queryKey: ["server"],
    queryFn: () => request<ServerState>("GET", "server"),
    refetchInterval: STATE_EVERY_MS,
  });
  const { data: figures } = useQuery({
    queryKey: ["server", "figures"],
    queryFn: () => request<ServerFigures>("GET", "server/figures"),
    refetchInterval: FIGURES_EVERY_MS,
  });
  return (
    <Card sx={{ mt: 2 }}>
      <Title title="server.title" />
      <CardContent>
        {error && <Alert severity="error">{refusalText(error)}</Alert>}
        {!state && !error && <LinearProgress />}
        {state && (
          <>
            <ServerButtons canRestart={state.canRestart} />
            <p>{translate("server.otaHint")}</p>
            <CopyLine label={translate("server.otaUrl")} text={state.otaUrl} />
            <ServerFacts state={state} />
          </>
        )}
        {figures && figures.points.length > 0 && <FigureCharts points={figures.points} />}
      </CardContent>
    </Card>
  );
}
