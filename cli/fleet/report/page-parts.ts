/** How a report looks, by day and by night. */
export const PAGE_STYLE = `
:root { --paper: #fcfcfb; --ink: #1b1b1a; --weak: #6b6b66; --line: #dcdcd6; --good: #19703d; --bad: #b3261e; --one: #2a63c4; --two: #b4560a; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #161615; --ink: #ececea; --weak: #a3a39c; --line: #34342f; --good: #63c98b; --bad: #ff8a80; --one: #7aa9ff; --two: #f0a35e; }
}
body { margin: 0 auto; max-width: 1100px; padding: 1.5rem; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; } h1 span { font-size: 1rem; margin-left: .5rem; }
.wide table { border-collapse: collapse; } .wide th { text-align: left; font-weight: 600; }
.wide td, .wide th { padding: .25rem 1rem .25rem 0; border-bottom: 1px solid var(--line); font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; } .wide td:nth-child(n+2) { white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); }
main { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 460px), 1fr)); gap: 1.5rem; }
figure { margin: 0; min-width: 0; } figcaption { font-weight: 600; }
.u-legend { color: var(--weak); font-size: 13px; }
`;

/** Draws the plots of a report; runs in the reader's browser, which has uPlot and the data by then. */
export const PAGE_SCRIPT = `
const { hours, plots } = JSON.parse(document.getElementById("data").textContent);
const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
let drawn = [];
function draw() {
  for (const plot of drawn) plot.destroy();
  const main = document.querySelector("main");
  main.textContent = "";
  const axis = { stroke: style("--weak"), grid: { stroke: style("--line"), width: 1 }, ticks: { stroke: style("--line") } };
  // All of them first: one alone would be as wide as the page.
  const figures = plots.map(({ title }) => {
    const figure = main.appendChild(document.createElement("figure"));
    figure.appendChild(document.createElement("figcaption")).textContent = title;
    return figure;
  });
  drawn = plots.map(({ lines }, at) => {
    const figure = figures[at];
    const series = lines.map(({ name }, at) => ({ label: name, stroke: style(at ? "--two" : "--one"), width: 2 }));
    const options = {
      width: figure.clientWidth, height: 200, scales: { x: { time: false }, y: { range: (_, low, high) => [0, Math.max(high * 1.1, 1)] } },
      axes: [{ ...axis, label: "hours" , labelSize: 20 }, { ...axis, size: 56 }], series: [{ label: "hour" }, ...series],
    };
    return new uPlot(options, [hours, ...lines.map(({ values }) => values)], figure);
  });
}
draw();
let later;
addEventListener("resize", () => { clearTimeout(later); later = setTimeout(draw, 200); });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
`;
