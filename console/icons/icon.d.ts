/** What each outline becomes when the console is built. */
export { default } from "@mui/material/SvgIcon";
