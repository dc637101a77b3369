import Bolt from "@mui/icons-material/Bolt";
import Book from "@mui/icons-material/Book";
import Devices from "@mui/icons-material/Devices";
import Dns from "@mui/icons-material/Dns";
import FactCheck from "@mui/icons-material/FactCheck";
import History from "@mui/icons-material/History";
import Hub from "@mui/icons-material/Hub";
import LibraryBooks from "@mui/icons-material/LibraryBooks";
import Link from "@mui/icons-material/Link";

import Mic from "@mui/icons-material/Mic";
import People from "@mui/icons-material/People";
import SmartToy from "@mui/icons-material/SmartToy";
import SystemUpdateAlt from "@mui/icons-material/SystemUpdateAlt";
import Tune from "@mui/icons-material/Tune";
import type SvgIcon from "@mui/material/SvgIcon";
import { type ComponentType, lazy } from "react";
import type { ResourceProps } from "react-admin";

type Role = "administrator" | "user";

/** A page that shows no list of things. Without an icon it is not in the menu. */
interface Place {
  readonly path: string;
  readonly label: string;
  readonly page: ComponentType;
  readonly icon?: typeof SvgIcon;
}

const FOR_ALL: readonly ResourceProps[] = [
  {
    name: "devices",
    icon: Devices,
    list: lazy(() => import("../devices/device-list.tsx")),
    show: lazy(() => import("../devices/device-page.tsx")),
    edit: lazy(() => import("../devices/device-edit.tsx")),
    recordRepresentation: ({ alias, id }) => alias || id,
  },
  {
    name: "agents",
    icon: SmartToy,
    list: lazy(() => import("../agents/agent-list.tsx")),
    create: lazy(() => import("../agents/agent-create.tsx")),
    edit: lazy(() => import("../agents/agent-edit.tsx")),
    recordRepresentation: "name",
  },
  {
    name: "sessions",
    icon: History,
    list: lazy(() => import("../history/session-list.tsx")),
    show: lazy(() => import("../history/session-page.tsx")),
    recordRepresentation: ({ title, id }) => title || id,
  },
];

const TEMPLATES: ResourceProps = {
  name: "templates",
  icon: LibraryBooks,
  list: lazy(() => import("../agents/template-list.tsx")),
  recordRepresentation: "name",
};

const FOR_ADMINISTRATORS: readonly ResourceProps[] = [
  {
    ...TEMPLATES,
    create: lazy(() => import("../agents/template-create.tsx")),
    edit: lazy(() => import("../agents/template-edit.tsx")),
  },
  {
    name: "models",
    icon: Hub,
    list: lazy(() => import("../models/model-list.tsx")),
    create: lazy(() => import("../models/model-create.tsx")),
    edit: lazy(() => import("../models/model-edit.tsx")),
    recordRepresentation: "name",
  },
  {
    name: "documents",
    icon: Book,
    list: lazy(() => import("../knowledge/document-list.tsx")),
    show: lazy(() => import("../knowledge/document-page.tsx")),
    recordRepresentation: "name",
  },
  {
    name: "firmware",
    icon: SystemUpdateAlt,
    list: lazy(() => import("../firmware/firmware-list.tsx")),
    recordRepresentation: ({ board, version }) => `${board} ${version}`,
  },
  {
    name: "parameters",
    icon: Tune,
    list: lazy(() => import("../parameters/parameter-list.tsx")),
    create: lazy(() => import("../parameters/parameter-create.tsx")),
    edit: lazy(() => import("../parameters/parameter-edit.tsx")),
    recordRepresentation: "id",
  },
  {
    name: "users",
    icon: People,
    list: lazy(() => import("../accounts/user-list.tsx")),
    create: lazy(() => import("../accounts/user-create.tsx")),
    edit: lazy(() => import("../accounts/user-edit.tsx")),
    recordRepresentation: "name",
  },
  { name: "audit", icon: FactCheck, list: lazy(() => import("../accounts/audit-list.tsx")) },
];

const ACCOUNT: Place = {
  path: "/account",
  label: "account.title",
  page: lazy(() => import("../account/account-page.tsx")),
};

const SERVER: Place = {
  path: "/server",
  label: "server.title",
  page: lazy(() => import("../server/server-page.tsx")),
  icon: Dns,
};

/** Pages of the server that are none of the console. */
interface Beside {
  readonly href: string;
  readonly label: string;
  readonly icon: typeof SvgIcon;
}

const OWN_DEVICE: Beside = { href: "/own", label: "beside.own", icon: Link };
/** Its page asks who is not at the server's own computer for the server's key. */
const BROWSER_DEVICE: Beside = { href: "/device", label: "beside.device", icon: Mic };

const FLASH: Beside = { href: "/flash", label: "beside.flash", icon: Bolt };

export function pagesBeside(role: Role): readonly Beside[] {
  return role === "administrator" ? [BROWSER_DEVICE, OWN_DEVICE, FLASH] : [OWN_DEVICE];
}

/** Sorts of things that an account of this role may see, in the order of the menu. */
export function resourcesOf(role: Role): readonly ResourceProps[] {
  return role === "administrator" ? [...FOR_ALL, ...FOR_ADMINISTRATORS] : [...FOR_ALL, TEMPLATES];
}

/** The other pages. */
export function placesOf(role: Role): readonly Place[] {
  return role === "administrator" ? [SERVER, ACCOUNT] : [ACCOUNT];
}
