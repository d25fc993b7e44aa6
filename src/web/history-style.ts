/** Passes as lines that unfold, and forms with more than one field. */
export const HISTORY_STYLE = `
form.filter label { flex: 0 1 8.5rem; } form.filter label.wide { flex: 1 1 9rem; } form.filter input:not([type=checkbox]), form.filter select, form.filter button { height: 2.4rem; } form.filter label.check { display: flex; gap: .45rem; align-items: center; flex: 0 0 auto; color: var(--fg); padding: .45rem 0; font-size: .95rem; } form.filter label.check input { width: auto; }
form.filter .reset { padding: .45rem 0; }
h2.day { margin: 1.6rem 0 .5rem; font-size: 1.05rem; font-variant-numeric: tabular-nums; }
ul.passes { list-style: none; margin: 0; padding: 0; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; } ul.passes > li + li { border-top: 1px solid var(--line); }
.passes details { margin: 0; } .passes summary { display: grid; grid-template-columns: 4.2rem 7rem minmax(9rem, 1.4fr) minmax(0, 1fr) 4.5rem 3.5rem; gap: .25rem .8rem; align-items: baseline; padding: .5rem .9rem; color: var(--fg); list-style: none; }
.passes summary::-webkit-details-marker { display: none; } .passes summary:hover { background: var(--faint); } .passes details[open] > summary { border-bottom: 1px solid var(--line); }
.passes summary time { white-space: nowrap; font-variant-numeric: tabular-nums; } .passes summary time::before { content: "▸"; color: var(--soft); display: inline-block; width: 1rem; font-size: .8em; } .passes details[open] > summary time::before { content: "▾"; }
.passes .by { color: var(--soft); font-size: .92rem; overflow-wrap: anywhere; min-width: 0; } .passes .took, .passes .id { color: var(--soft); font-size: .92rem; text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } .passes .tag { justify-self: start; }
.passes .inside { padding: .8rem .9rem 0; background: var(--bg); } .passes .inside dl.facts { margin: 0 0 .9rem; }
.passes details.run > summary { grid-template-columns: 4.2rem 7rem 1fr; color: var(--soft); } .passes .passes { border: 0; border-radius: 0; background: var(--faint); }
.sign { font-weight: 700; font-family: ui-monospace, monospace; }
@media (min-width: 64rem) { .passes .inside dl.facts { grid-template-columns: max-content 1fr max-content 1fr; } }
@media (max-width: 40rem) {
  .passes summary { grid-template-columns: auto 1fr auto; } .passes .what { grid-column: 1 / -1; order: 4; } .passes .by { grid-column: 1 / -1; order: 5; } .passes .took { display: none; } .passes details.run > summary { grid-template-columns: auto 1fr; }
  form.filter label, form.filter label.wide { flex: 1 1 8rem; }
}
`;
