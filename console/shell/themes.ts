import { defaultDarkTheme, defaultLightTheme, type RaThemeOptions } from "react-admin";

const FONTS = 'system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

/** What both have: fonts of the system, which know Chinese, and buttons as they are written. */
const COMMON: RaThemeOptions = {
  typography: { fontFamily: FONTS, button: { textTransform: "none" } },
  shape: { borderRadius: 8 },
};

export const LIGHT: RaThemeOptions = {
  ...defaultLightTheme,
  ...COMMON,
  palette: {
    ...defaultLightTheme.palette,
    mode: "light",
    primary: { main: "#1f6f5c" },
    secondary: { main: "#1f6f5c" },
    background: { default: "#f3f5f4", paper: "#ffffff" },
  },
};

export const DARK: RaThemeOptions = {
  ...defaultDarkTheme,
  ...COMMON,
  components: {
    ...defaultDarkTheme.components,
    RaToolbar: { styleOverrides: { root: { backgroundColor: "#232b29" } } },
  },
  palette: {
    ...defaultDarkTheme.palette,
    mode: "dark",
    primary: { main: "#7fd1b9" },
    secondary: { main: "#7fd1b9" },
    error: { main: "#ffa49b" },
    background: { default: "#121716", paper: "#1c2321" },
  },
};
