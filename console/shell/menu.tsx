import { Menu, usePermissions, useResourceDefinitions } from "react-admin";
import { placesOf } from "./pages.tsx";

/** Everything that there is to see for this account. */
export function ConsoleMenu() {
  const { permissions } = usePermissions();
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
    </Menu>
  );
}
