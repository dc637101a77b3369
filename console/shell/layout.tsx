import ManageAccounts from "@mui/icons-material/ManageAccounts";
import ListItemIcon from "@mui/material/ListItemIcon";
import ListItemText from "@mui/material/ListItemText";
import MenuItem from "@mui/material/MenuItem";
import {
  AppBar,
  CheckForApplicationUpdate,
  Layout,
  type LayoutProps,
  Logout,
  TitlePortal,
  UserMenu,
  useGetIdentity,
  useTranslate,
  useUserMenu,
} from "react-admin";
import { Link } from "react-router-dom";
import { ConsoleMenu } from "./menu.tsx";
import { ProgressLine } from "./progress-line.tsx";

function AccountItem() {
  const menu = useUserMenu();
  const translate = useTranslate();
  return (
    <MenuItem component={Link} to="/account" onClick={menu?.onClose}>
      <ListItemIcon>
        <ManageAccounts fontSize="small" />
      </ListItemIcon>
      <ListItemText>{translate("account.title")}</ListItemText>
    </MenuItem>
  );
}

function ConsoleBar() {
  const { data: identity } = useGetIdentity();
  return (
    <AppBar
      userMenu={
        <UserMenu label={identity?.fullName ?? ""}>
          <AccountItem />
          <Logout />
        </UserMenu>
      }
    >
      <TitlePortal component="h1" sx={TITLE} />
    </AppBar>
  );
}

/** A title that is longer than the bar ends with three points. */
const TITLE = { m: 0, mr: 1, "& span": { display: "inline" } };

/** No page is wider than the screen: what is, a table or a row of tabs, moves within its own frame. */
const NARROW = {
  minWidth: 0,
  "& .RaLayout-content, & .RaList-main, & .RaEdit-main, & .RaEdit-card, & .RaShow-main, & .RaShow-card": {
    minWidth: 0,
  },
};

/** What is around every page. When the server has newer pages, it offers to load them. */
export function ConsoleLayout({ children }: LayoutProps) {
  return (
    <Layout appBar={ConsoleBar} menu={ConsoleMenu} sx={NARROW}>
      <ProgressLine />
      {children}
      <CheckForApplicationUpdate />
    </Layout>
  );
}
