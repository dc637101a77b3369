import ListItemIcon from "@mui/material/ListItemIcon";
import MenuItem from "@mui/material/MenuItem";
import { Menu, useGetIdentity, usePermissions, useResourceDefinitions, useTranslate } from "react-admin";
import { pagesBeside, placesOf } from "./pages.tsx";

/** As far in as the entries of react-admin, which have wider places for their icons than a menu's others. */
const BESIDE = { color: "text.secondary", "&& .MuiListItemIcon-root": { minWidth: 40 } };

/** Everything that there is to see for this account. */
export function ConsoleMenu() {
  const translate = useTranslate();
  const { permissions } = usePermissions();
  const { data: me } = useGetIdentity();
  const resources = Object.values(useResourceDefinitions()).filter(({ hasList }) => hasList);
  const places = placesOf(permissions).filter(({ icon }) => icon !== undefined);
  return (
    <Menu>
      {resources.map(({ name }) => (
        <Menu.ResourceItem key={name} name={name} />
      ))}
      {places.map(({ path, label, icon: Icon }) => (
        <Menu.Item key={path} to={path} primaryText={label} leftIcon={Icon && <Icon />} />
      ))}
      {(me?.["hasDevicePages"] ? pagesBeside(permissions) : []).map(({ href, label, icon: Icon }) => (
        <MenuItem key={href} component="a" href={href} title={translate(label)} sx={BESIDE}>
          <ListItemIcon>
            <Icon />
          </ListItemIcon>
          {translate(label)}
        </MenuItem>
      ))}
    </Menu>
  );
}
