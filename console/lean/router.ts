/**
 * What react-admin and the console need of `react-router-dom`. Without routers that load data, and the pages that a server
 * renders, it is half as large; the build puts it in that package's place.
 */
export {
  HashRouter,
  Link,
  matchPath,
  Navigate,
  Outlet,
  Route,
  Routes,
  useInRouterContext,
  useLocation,
  useMatch,
  useNavigate,
  useParams,
} from "react-router";
export { ALWAYS as UNSAFE_DataRouterContext, ALWAYS as UNSAFE_DataRouterStateContext, useBlocker } from "./blocker.ts";

function missing(): never {
  throw new Error("router-missing: the console has a HashRouter around it, and takes no other");
}

/** react-admin makes one of these where nothing stands around it. */
export { missing as createHashRouter, missing as createMemoryRouter, missing as RouterProvider };
