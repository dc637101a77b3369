/** Has a choice say what holds where nothing is chosen, in place of an empty field. */
export const SHOWN_WHEN_EMPTY = { select: { displayEmpty: true }, inputLabel: { shrink: true } };
