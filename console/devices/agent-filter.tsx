import { lazy, Suspense } from "react";

/** What chooses among many weighs half as much as the list of devices: it comes when somebody filters by it. */
const AgentChoice = lazy(() => import("./agent-choice.tsx"));

/** Only devices of one assistant. */
export function AgentFilter({ source }: { readonly source: string; readonly label?: string }) {
  return (
    <Suspense fallback={null}>
      <AgentChoice source={source} />
    </Suspense>
  );
}
