import type { BoardButton } from "../../host-server/browser-device/messages.ts";
import { readFacts } from "../board/facts.ts";
import { boardFolder } from "../board/folder.ts";

const VOLUME: readonly BoardButton["use"][] = ["louder", "quieter"];

/**
 * What the buttons of a board do, as the board declares them.
 *
 * @param pins of buttons, as the running device watches them
 * @throws BoardMissingError
 */
export function boardButtons(board: string, pins: readonly number[]): readonly BoardButton[] {
  if (pins.length === 0) return [];
  const { pins: used } = readFacts(boardFolder(board).directory);
  const volume = used.filter(({ field }) => field === "volumeButtons").map(({ pin }) => pin);
  return pins.map((pin) => ({ pin, use: VOLUME[volume.indexOf(pin)] ?? "talk" }));
}
