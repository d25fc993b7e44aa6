/** The status page's style sheet; it is inline, and its hash is what the Content-Security-Policy allows. */
export const STYLE = `
:root { color-scheme: light dark; --fg: #1c2330; --bg: #fbfcfe; --soft: #5b6678; --line: #d9dfe8; --card: #fff; --good: #116b3a; --warn: #8a5200; --bad: #a3192b; }
@media (prefers-color-scheme: dark) {
  :root { --fg: #e6eaf2; --bg: #12161d; --soft: #9aa7ba; --line: #2c3542; --card: #191f29; --good: #5bd08f; --warn: #f0b45a; --bad: #ff8a94; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 68rem; background: var(--bg); color: var(--fg); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.1rem; margin: 0 0 1rem; color: var(--soft); font-weight: 600; }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
.verdict { border: 1px solid var(--line); border-left: .4rem solid var(--tone); background: var(--card); padding: 1rem 1.2rem; border-radius: .4rem; }
.verdict strong { font-size: 1.4rem; color: var(--tone); display: block; }
.good { --tone: var(--good); } .warn { --tone: var(--warn); } .bad { --tone: var(--bad); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.2rem; margin: 1rem 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 600; white-space: nowrap; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
p.none { color: var(--soft); margin: .25rem 0; }
footer { margin-top: 3rem; color: var(--soft); font-size: .9rem; }
`;
