import { useEffect, useState } from "react";
import { Admin, CustomRoutes, type I18nProvider, Resource } from "react-admin";
import { HashRouter, Route } from "react-router-dom";
import type { Me } from "../../host-server/console/contract/accounts.ts";
import { createAuthProvider } from "../api/auth-provider.ts";
import { dataProvider } from "../api/data-provider.ts";
import { createI18n } from "./i18n.ts";
import { ConsoleLayout } from "./layout.tsx";
import { placesOf, resourcesOf } from "./pages.tsx";
import { darkTheme, lightTheme } from "./themes.ts";

interface ConsoleProps {
  readonly me: Me;
}

/** The console itself: what somebody sees who is logged in. */
export default function Console({ me }: ConsoleProps) {
  const [i18n, setI18n] = useState<I18nProvider>();
  const [authProvider] = useState(() => createAuthProvider(me));
  useEffect(() => {
    void createI18n().then(setI18n);
  }, []);
  if (!i18n) return null;
  const loading = i18n.translate("ra.page.loading");
  return (
    <HashRouter>
      <Admin
        title="XiaoZhi"
        dataProvider={dataProvider}
        authProvider={authProvider}
        i18nProvider={i18n}
        layout={ConsoleLayout}
        theme={lightTheme(loading)}
        darkTheme={darkTheme(loading)}
        disableTelemetry
      >
        {resourcesOf(me.role).map((page) => (
          <Resource key={page.name} {...page} />
        ))}
        <CustomRoutes>
          {placesOf(me.role).map(({ path, page: Page }) => (
            <Route key={path} path={path} element={<Page />} />
          ))}
        </CustomRoutes>
      </Admin>
    </HashRouter>
  );
}
