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
  UserMenu,
  useTranslate,
  useUserMenu,
} from "react-admin";
import { Link } from "react-router-dom";
import { ConsoleMenu } from "./menu.tsx";

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
  return (
    <AppBar
      userMenu={
        <UserMenu>
          <AccountItem />
          <Logout />
        </UserMenu>
      }
    />
  );
}

/** What is around every page. When the server has newer pages, it offers to load them. */
export function ConsoleLayout({ children }: LayoutProps) {
  return (
    <Layout appBar={ConsoleBar} menu={ConsoleMenu}>
      {children}
      <CheckForApplicationUpdate />
    </Layout>
  );
}
