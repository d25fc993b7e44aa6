import { CHART_STYLE } from './svg-style.ts';

/** The style sheet of the credits page: one column on a phone, two for charts on a desk, A4 on paper. */
export const CREDITS_STYLE = `
:root { color-scheme: light dark; --fg: #1a2130; --bg: #f5f7fa; --card: #fff; --soft: #4b5565; --line: #dde2ea; --accent: #1f5fa8; --good: #116b3a; --warn: #8a4b00; --bad: #a3192b; }
@media (prefers-color-scheme: dark) {
  :root { --fg: #e7ebf2; --bg: #0f131a; --card: #171c24; --soft: #aab5c6; --line: #2d3643; --accent: #8cc1f7; --good: #5bd08f; --warn: #f5b968; --bad: #ff9aa3; }
}
${CHART_STYLE}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body { margin: 0 auto; padding: 1.25rem 1rem 4rem; max-width: 78rem; background: var(--bg); color: var(--fg); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; overflow-wrap: break-word; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; } .skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem 1rem; z-index: 2; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0; letter-spacing: -.01em; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1.05rem; margin: .6rem 0 .2rem; }
p { margin: .4rem 0; max-width: 70ch; }
.meta, .note, figcaption p { color: var(--soft); font-size: .92rem; }
.state { display: inline-block; border: 1px solid currentColor; border-radius: 1rem; padding: 0 .6rem; font-weight: 600; color: var(--accent); margin-right: .4rem; white-space: nowrap; }
.state.closed { color: var(--good); }
nav { margin: 1rem 0 0; border-block: 1px solid var(--line); padding: .4rem 0; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0 1.2rem; margin: 0; padding: 0; } nav a { display: inline-block; padding: .3rem 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); gap: .75rem; margin: 0 0 1rem; }
.tiles > div { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem .9rem; }
.tiles dt { color: var(--soft); font-size: .88rem; }
.tiles dd { margin: 0; font-size: .88rem; color: var(--soft); } .tiles dd.figure { font-size: 1.45rem; line-height: 1.3; font-weight: 650; color: var(--fg); font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.tiles .bad { border-left: .3rem solid var(--bad); } .tiles .warn { border-left: .3rem solid var(--warn); } .tiles .good { border-left: .3rem solid var(--good); }
td .bad, td.bad { color: var(--bad); font-weight: 600; } td .warn { color: var(--warn); font-weight: 600; } td .good { color: var(--good); }
.missing { border: 1px solid var(--line); border-left: .3rem solid var(--warn); background: var(--card); border-radius: .5rem; padding: .6rem 1rem; margin: 1rem 0 0; }
.missing h2 { font-size: 1rem; margin: 0; } .missing ul { margin: .3rem 0; padding-left: 1.2rem; } .missing li { overflow-wrap: anywhere; }
.charts { columns: 2 27rem; column-gap: 1rem; }
figure { display: flow-root; margin: 0 0 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1rem .5rem; min-width: 0; }
.charts figure { break-inside: avoid; } .meta { max-width: none; }
figcaption h3 { margin: 0; } figcaption p { margin: .15rem 0 .5rem; overflow-wrap: anywhere; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem 1rem; margin: 0 0 .5rem; padding: 0; font-size: .86rem; color: var(--soft); } .legend li { overflow-wrap: anywhere; }
details { margin: .5rem 0; } summary { cursor: pointer; color: var(--accent); padding: .25rem 0; font-size: .92rem; }
.scroll { overflow-x: auto; max-width: 100%; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .25rem 1rem .75rem; margin: 0 0 1rem; }
table { border-collapse: collapse; min-width: 100%; font-size: .9rem; }
caption > span { position: sticky; left: 0; display: inline-block; max-width: min(70ch, calc(100vw - 4rem)); white-space: normal; }
caption { text-align: left; font-weight: 600; padding: .6rem 0 .3rem; font-size: 1rem; } caption.quiet { font-size: .96em; color: var(--soft); font-weight: 400; }
th, td { text-align: left; padding: .4rem .9rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; white-space: nowrap; }
th:last-child, td:last-child { padding-right: 0; }
thead th { white-space: normal; color: var(--soft); font-weight: 600; font-size: .93em; vertical-align: bottom; }
tbody th { font-weight: 500; } tfoot th, tfoot td { font-weight: 650; border-bottom: 0; border-top: 2px solid var(--line); }
td.number + td:not(.number), th.number + th:not(.number) { padding-left: .5rem; } .number { text-align: right; font-variant-numeric: tabular-nums; }
td.wide { white-space: normal; min-width: 18rem; overflow-wrap: anywhere; }
tbody th { white-space: normal; overflow-wrap: anywhere; min-width: 8rem; max-width: 22rem; } .people td.wide { min-width: 34rem; }
@media (min-width: 40rem) { tbody th, tfoot th, thead th:first-child { position: sticky; left: 0; background: var(--card); } .people tbody th, [id=todo] ~ .card tbody th { min-width: 13rem; } } .none-found { margin: .3rem 0 .5rem; padding-left: 1.2rem; color: var(--soft); }
.none { color: var(--soft); margin: .3rem 0; }
footer { margin-top: 3rem; color: var(--soft); font-size: .88rem; border-top: 1px solid var(--line); padding-top: .75rem; }
@media (max-width: 40rem) { tbody th { min-width: 9rem; } body { padding: 1rem .75rem 3rem; } .tiles { grid-template-columns: 1fr 1fr; gap: .5rem; } .tiles > div { padding: .6rem .7rem; } .tiles dd.figure { font-size: 1.15rem; } figure { padding: .8rem .7rem; } .card { padding: .25rem .7rem .6rem; } }
@page { size: A4; margin: 14mm 12mm; }
@page broad { size: A4 landscape; margin: 12mm; }
@media print {
  :root { color-scheme: light; --fg: #000; --bg: #fff; --card: #fff; --soft: #333; --line: #bbb; --accent: #000; --good: #0b5028; --warn: #6b3a00; --bad: #8a1020; }
  body { max-width: none; padding: 0; font-size: 10pt; } nav, .skip { display: none; }
  h2 { break-after: avoid; } figure { break-inside: auto; } svg.chart, .tiles > div, tr { break-inside: avoid; } figcaption { break-after: avoid; } .charts { columns: auto; } thead { display: table-header-group; } section.tables, section.people { page: broad; } .people th.wide, .people td.wide { display: none; } tbody th, tfoot th, thead th:first-child { position: static; } .people tbody th, [id=todo] ~ .card tbody th { min-width: 0; }
  .scroll { overflow: visible; } table { font-size: 7.5pt; } th, td { white-space: normal; padding: .12rem .5rem .12rem 0; overflow-wrap: break-word; } td.number, th.number { overflow-wrap: normal; } td.wide { min-width: 0; } tbody th { min-width: 0; }
  details::details-content { content-visibility: visible; block-size: auto; } summary { display: none; }
}
`;
