import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { buildIfChanged } from "../../../cli/console/build.ts";
import { openBrowser } from "../portal/browser.ts";
import { visit } from "./console-place.ts";
import { enter, startFilledServer } from "./filled-place.ts";
import { eventually } from "./path-place.ts";

let browser: Browser;
let place: Awaited<ReturnType<typeof startFilledServer>>;

before(async () => {
  await buildIfChanged();
  [browser, place] = await Promise.all([openBrowser(), startFilledServer()]);
});
after(async () => {
  await browser?.close();
  await place?.stop();
});

test("an edited form is not left without a question", async () => {
  const { page, close } = await enter(browser, place.url, { language: "en", theme: "light", width: 1280 });
  const asked: string[] = [];
  let answer = false;
  page.on("dialog", (dialog) => {
    asked.push(dialog.message());
    void (answer ? dialog.accept() : dialog.dismiss());
  });
  await visit(page, place.url, "agents");
  await page.getByRole("link", { name: /^Edit: Grandmother/ }).click();
  const prompt = page.getByRole("textbox", { name: "Prompt", exact: true });
  await prompt.fill("You are a baker.");
  for (const name of ["Plugins", "Who it is"]) {
    await page.getByRole("tab", { name }).click();
    await page.getByRole("tab", { name, selected: true }).waitFor();
  }
  assert.deepEqual(asked, [], "its own tabs are no other place");
  await page.getByRole("menuitem", { name: "Devices", exact: true }).click();
  await page.evaluate("history.go(-3)");
  await eventually("two questions", 10_000, () => (asked.length === 2 ? true : undefined));
  assert.match(asked[0] ?? "", /changes weren't saved/);
  assert.equal(await prompt.inputValue(), "You are a baker.");
  assert.match(page.url(), /agents/);
  answer = true;
  await page.evaluate("history.go(-3)");
  await page.getByRole("link", { name: /^Edit: Grandmother/ }).waitFor();
  assert.equal(asked.length, 3);
  await page.getByRole("link", { name: /^Edit: Grandmother/ }).click();
  assert.equal(await prompt.inputValue(), "You are a cook of few words.");
  await prompt.fill("You are a baker.");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Element updated").waitFor();
  await page.getByRole("menuitem", { name: "Devices", exact: true }).click();
  await page.getByRole("button", { name: "Bind a device" }).waitFor();
  assert.equal(asked.length, 3, "what is saved may be left");
  await close();
});
