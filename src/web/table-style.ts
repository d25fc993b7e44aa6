/** Tables of every page: they scroll sideways in their own box, and on a phone a `stack` table becomes a list of cards. */
export const TABLE_STYLE = `
.scroll { overflow-x: auto; max-width: 100%; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; margin: 0 0 1rem; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
caption { text-align: left; font-weight: 600; padding: .7rem .9rem .4rem; } caption .count { color: var(--soft); font-weight: 400; }
th, td { text-align: left; padding: .45rem .9rem; border-bottom: 1px solid var(--line); vertical-align: top; }
tbody tr:last-child > * { border-bottom: 0; } tbody tr:hover > * { background: var(--faint); }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; font-size: .9em; vertical-align: bottom; } tbody th { font-weight: 550; overflow-wrap: break-word; max-width: 26rem; }
td { overflow-wrap: anywhere; min-width: 6.2rem; } .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } td.date { white-space: nowrap; } td.text { min-width: 15rem; } td.key { min-width: 13rem; } td.short { white-space: nowrap; } th .more { font-weight: 400; }
tr.group th { background: var(--faint); font-weight: 650; }
.tag { display: inline-block; border: 1px solid currentColor; border-radius: .8rem; padding: 0 .5rem; font-size: .82rem; font-weight: 600; white-space: nowrap; color: var(--tone, var(--soft)); }
@media (max-width: 40rem) {
  .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stack, .stack tbody, .stack tr, .stack td, .stack th, .stack caption { display: block; } .stack tr { padding: .5rem .8rem; border-bottom: 1px solid var(--line); } .stack tr:last-child { border-bottom: 0; }
  .stack td, .stack th { border: 0; max-width: none; padding: .1rem 0; min-width: 0; text-align: left; white-space: normal; } .stack td:empty { display: none; }
  .stack td[data-name]::before { content: attr(data-name) ": "; color: var(--soft); } .stack tr.group { padding: .35rem .8rem; background: var(--faint); }
}
`;
