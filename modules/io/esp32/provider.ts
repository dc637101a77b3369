/** What the SDK's `system` expects of a host: the board's own list of pins. Boards here are declared elsewhere. */
export default {};
