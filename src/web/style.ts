import { CHART_STYLE } from '../report/svg-style.ts';
import { CREDITS_PART_STYLE } from './credits-style.ts';
import { HISTORY_STYLE } from './history-style.ts';
import { TABLE_STYLE } from './table-style.ts';

/**
 * The style sheet of every page; it is inline, and its hash is what the Content-Security-Policy allows. The colours of
 * words have a contrast of at least 4.5 to every ground they stand on, in both schemes.
 */
export const STYLE = `
:root { color-scheme: light dark; --fg: #1a2130; --bg: #f5f7fa; --card: #fff; --soft: #4b5565; --line: #dde2ea; --faint: #eef1f6; --accent: #1f5fa8; --good: #116b3a; --warn: #8a4b00; --bad: #a3192b; --good-bg: #e6f4ec; --warn-bg: #fdf1e0; --bad-bg: #fdecee; }
@media (prefers-color-scheme: dark) {
  :root { --fg: #e7ebf2; --bg: #0f131a; --card: #171c24; --soft: #aab5c6; --line: #2d3643; --faint: #1e2530; --accent: #8cc1f7; --good: #5bd08f; --warn: #f5b968; --bad: #ff9aa3; --good-bg: #12281d; --warn-bg: #2c2213; --bad-bg: #311a1e; }
}
${CHART_STYLE}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 4rem; }
body { margin: 0 auto; padding: 0 1rem 3rem; max-width: 78rem; background: var(--bg); color: var(--fg); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; overflow-wrap: break-word; }
a { color: var(--accent); text-underline-offset: .15em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
main:focus { outline: none; }
.skip { position: absolute; left: -100vw; } .skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem 1rem; z-index: 2; }
.top { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.5rem; padding: .6rem 0; margin-bottom: 1.25rem; border-bottom: 1px solid var(--line); }
.top .name { font-weight: 700; color: var(--fg); text-decoration: none; letter-spacing: -.01em; }
.top nav { flex: 1 1 auto; } .top ul { display: flex; gap: .25rem; list-style: none; margin: 0; padding: 0; }
.top nav a { display: block; padding: .4rem .7rem; border-radius: .4rem; color: var(--soft); text-decoration: none; }
.top nav a:hover { background: var(--faint); color: var(--fg); }
.top nav a[aria-current] { background: var(--faint); color: var(--fg); font-weight: 600; box-shadow: inset 0 -2px 0 var(--accent); }
.badge { border: 1px solid currentColor; border-radius: 1rem; padding: .1rem .75rem; font-size: .88rem; font-weight: 600; text-decoration: none; white-space: nowrap; color: var(--tone); background: var(--ground); }
.good { --tone: var(--good); --ground: var(--good-bg); } .warn { --tone: var(--warn); --ground: var(--warn-bg); } .bad { --tone: var(--bad); --ground: var(--bad-bg); }
.live:empty { display: none; } .live { position: sticky; top: .5rem; z-index: 1; width: fit-content; margin: 0 auto 1rem; padding: .4rem 1rem; border: 1px solid var(--line); border-radius: 2rem; background: var(--card); font-size: .92rem; box-shadow: 0 2px 12px rgb(0 0 0 / .15); }
button { font: inherit; color: var(--accent); background: none; border: 1px solid var(--line); border-radius: .4rem; padding: .15rem .6rem; cursor: pointer; } button:hover { background: var(--faint); }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .9rem; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; line-height: 1.3; margin: 2.2rem 0 .6rem; } h3 { font-size: 1.02rem; margin: 0 0 .25rem; }
h2 .count { color: var(--soft); font-weight: 400; font-size: .95rem; margin-left: .35rem; }
p { margin: .4rem 0; max-width: 75ch; }
.banner, .verdict { border: 1px solid var(--line); border-left: .3rem solid var(--tone, var(--soft)); background: var(--ground, var(--card)); border-radius: .5rem; padding: .5rem 1rem; margin: 0 0 1rem; }
.verdict { padding: .9rem 1.1rem; } .verdict strong { display: block; font-size: 1.35rem; line-height: 1.3; color: var(--tone); } .banner p { margin: .2rem 0; max-width: none; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 13.5rem), 1fr)); gap: .75rem; margin: 0 0 1rem; }
.tiles > div { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .7rem .9rem; min-width: 0; }
.tiles dt { color: var(--soft); font-size: .88rem; } .tiles dd { margin: 0; font-size: .9rem; color: var(--soft); overflow-wrap: anywhere; }
.tiles dd.figure { font-size: 1.3rem; line-height: 1.35; font-weight: 650; color: var(--tone, var(--fg)); font-variant-numeric: tabular-nums; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .8rem 1rem; margin: 0 0 .75rem; }
.card.tone { border-left: .3rem solid var(--tone, var(--line)); }
.card > :first-child { margin-top: 0; } .card > :last-child { margin-bottom: 0; }
.todo { list-style: none; margin: 0; padding: 0; } .todo .kind { color: var(--tone, var(--soft)); font-size: .82rem; font-weight: 650; text-transform: uppercase; letter-spacing: .03em; margin: 0; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.2rem; margin: .25rem 0; } dl.facts dt { color: var(--soft); } dl.facts dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
.ago, .soft, .none { color: var(--soft); } .none { margin: .25rem 0; } .more { font-size: .92rem; }
code, pre { font: .88em/1.5 ui-monospace, SFMono-Regular, Menlo, monospace; } code { overflow-wrap: anywhere; }
.copyable { display: flex; gap: .5rem; align-items: start; margin: .5rem 0; } pre.command { flex: 1 1 auto; min-width: 0; margin: 0; padding: .45rem .7rem; background: var(--faint); border-radius: .4rem; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 20rem; overflow-y: auto; }
.copyable button { font-size: .88rem; }
main ul { padding-left: 1.25rem; margin: .4rem 0; } main ul.todo, main ul.plain, main ul.kinds, main ul.legend { padding-left: 0; }
details { margin: .5rem 0; } summary { cursor: pointer; color: var(--accent); padding: .2rem 0; }
form.search { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; margin: 0 0 1rem; } form.search label { display: block; font-size: .88rem; color: var(--soft); flex: 1 1 16rem; max-width: 30rem; }
input, select { font: inherit; color: var(--fg); background: var(--card); border: 1px solid var(--soft); border-radius: .4rem; padding: .4rem .6rem; width: 100%; } form.search button { padding: .4rem .9rem; }
.pages { display: flex; flex-wrap: wrap; gap: .4rem 1rem; align-items: center; margin: .75rem 0; }
figure { margin: 0 0 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1rem .5rem; min-width: 0; } figcaption h2, figcaption h3 { margin: 0; font-size: 1.02rem; } figcaption p { margin: .15rem 0 .5rem; color: var(--soft); font-size: .92rem; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem 1rem; margin: 0 0 .5rem; padding: 0; font-size: .88rem; color: var(--soft); }
ul.plain { list-style: none; margin: 0; padding: 0; } ul.kinds { list-style: none; display: flex; flex-wrap: wrap; gap: .4rem; margin: 0 0 .75rem; padding: 0; } .kinds a { display: block; border: 1px solid var(--line); border-radius: 1rem; padding: .15rem .75rem; text-decoration: none; font-size: .92rem; background: var(--card); } .kinds a[aria-current] { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); font-weight: 600; } .kinds .count { color: var(--soft); font-weight: 400; }
.up { color: var(--warn); } .down { color: var(--good); }
${TABLE_STYLE}${HISTORY_STYLE}${CREDITS_PART_STYLE}
footer { margin-top: 3rem; color: var(--soft); font-size: .88rem; border-top: 1px solid var(--line); padding-top: .6rem; } footer p { max-width: none; }
@media (max-width: 40rem) {
  body { padding: 0 .8rem 2rem; } .top { gap: .2rem .75rem; } .top nav { order: 3; flex-basis: 100%; margin: 0 -.8rem; padding: 0 .8rem; overflow-x: auto; } .top ul { gap: 0; } .top nav a { padding: .5rem .42rem; font-size: .93rem; } .badge { margin-left: auto; }
  .tiles { grid-template-columns: 1fr 1fr; gap: .5rem; } .tiles > div { padding: .55rem .7rem; } .tiles > :last-child:nth-child(odd) { grid-column: 1 / -1; } .tiles dd.figure { font-size: 1.1rem; } dl.facts { grid-template-columns: 1fr; gap: 0; } dl.facts dd { margin-bottom: .5rem; }
}
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
@media print { .top nav, .skip, .live, form.search, button { display: none; } body { max-width: none; } }
`;
