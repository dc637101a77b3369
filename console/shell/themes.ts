import { defaultDarkTheme, defaultLightTheme, type RaThemeOptions } from "react-admin";

const FONTS = 'system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

/** What both have: fonts of the system, which know Chinese, and buttons as they are written. */
const COMMON: RaThemeOptions = {
  typography: { fontFamily: FONTS, button: { textTransform: "none" } },
  shape: { borderRadius: 8 },
};

/** What both have of parts: what turns while something is being loaded has a name for screen readers. */
function parts(loading: string): RaThemeOptions["components"] {
  const defaultProps = { "aria-label": loading };
  // What stands in an empty list is to be read: usually it is faded.
  const RaEmpty = { styleOverrides: { root: { "& .RaEmpty-message": { color: "inherit" } } } };
  // On a phone the title needs the room: of the language only its icon is seen.
  const short = { "& .MuiButton-root": { fontSize: 0, minWidth: 0 } };
  const RaLocalesMenuButton = { styleOverrides: { root: { "@media (max-width: 599.95px)": short } } };
  return { RaLocalesMenuButton, MuiCircularProgress: { defaultProps }, MuiLinearProgress: { defaultProps }, RaEmpty };
}

/** @param loading what is said of whatever is being loaded */
export const lightTheme = (loading: string): RaThemeOptions => ({
  ...defaultLightTheme,
  ...COMMON,
  components: {
    ...defaultLightTheme.components,
    ...parts(loading),
    RaToolbar: { styleOverrides: { root: { backgroundColor: "#e9edeb" } } },
  },
  palette: {
    ...defaultLightTheme.palette,
    mode: "light",
    primary: { main: "#1f6f5c" },
    secondary: { main: "#1f6f5c" },
    error: { main: "#b3261e" },
    background: { default: "#f3f5f4", paper: "#ffffff" },
  },
});

/** @param loading what is said of whatever is being loaded */
export const darkTheme = (loading: string): RaThemeOptions => ({
  ...defaultDarkTheme,
  ...COMMON,
  components: {
    ...defaultDarkTheme.components,
    ...parts(loading),
    RaToolbar: { styleOverrides: { root: { backgroundColor: "#232b29" } } },
  },
  palette: {
    ...defaultDarkTheme.palette,
    mode: "dark",
    primary: { main: "#7fd1b9", contrastText: "#06241c" },
    secondary: { main: "#7fd1b9", contrastText: "#06241c" },
    error: { main: "#ffa49b" },
    background: { default: "#121716", paper: "#1c2321" },
  },
});
