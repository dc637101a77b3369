import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Entry } from "./entry/entry.tsx";
import { showTheme } from "./entry/theme.ts";

showTheme();
const root = document.getElementById("root");
if (root === null) throw new Error("page-broken: index.html has no element with the id root");
createRoot(root).render(
  <StrictMode>
    <Entry />
  </StrictMode>,
);
