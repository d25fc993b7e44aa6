/**
 * Colours and lines of every chart; a page that embeds one has this in its style sheet. Blue and vermilion differ in hue
 * and in lightness, so that they stay apart for the colour-blind and in black and white; each has a contrast of at least 3
 * to its background. The parts of a mix run from dark to light and are kept apart by gaps.
 */
export const CHART_STYLE = `
:root { --chart-text: #4b5565; --chart-grid: #e3e7ee; --chart-axis: #8a94a6; --chart-used: #1f5fa8; --chart-over: #d05a00; --chart-pale: #8d99ab; --chart-band: #c3d6ee; --chart-ground: #fff;
  --part-0: #5b93d6; --part-1: #2b66ad; --part-2: #12345f; --part-3: #967000; --part-4: #6b7280; --part-5: #8f5f9e; --on-0: #0b1626; --on-1: #fff; --on-2: #fff; --on-3: #fff; --on-4: #fff; --on-5: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --chart-text: #aab5c6; --chart-grid: #2a323e; --chart-axis: #6f7c8f; --chart-used: #6aaef2; --chart-over: #ff9a4d; --chart-pale: #76849a; --chart-band: #2c4a6c; --chart-ground: #171c24;
    --part-0: #c4e0ff; --part-1: #6aaef2; --part-2: #3572b3; --part-3: #e3c04f; --part-4: #9aa5b5; --part-5: #c79ad6; --on-0: #0b1626; --on-1: #0b1626; --on-2: #fff; --on-3: #0b1626; --on-4: #0b1626; --on-5: #0b1626; }
}
@media print {
  :root { --chart-text: #333; --chart-grid: #ddd; --chart-axis: #777; --chart-used: #1f5fa8; --chart-over: #d05a00; --chart-pale: #8d99ab; --chart-band: #c3d6ee; --chart-ground: #fff;
    --part-0: #5b93d6; --part-1: #2b66ad; --part-2: #12345f; --part-3: #967000; --part-4: #6b7280; --part-5: #8f5f9e; --on-0: #0b1626; --on-1: #fff; --on-2: #fff; --on-3: #fff; --on-4: #fff; --on-5: #fff; }
}
svg.chart { display: block; width: 100%; overflow: visible; box-sizing: border-box; } svg.plot { padding-left: 2.75rem; } svg.chart { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.chart text { font: 11px system-ui, sans-serif; fill: var(--chart-text); font-variant-numeric: tabular-nums; }
.chart .name { font-size: 13px; fill: var(--fg, currentColor); } .chart .value { font-size: 13px; }
.chart .grid { stroke: var(--chart-grid); } .chart .axis { stroke: var(--chart-axis); } .chart .split { stroke: var(--chart-axis); stroke-dasharray: 2 3; }
.chart .used { fill: var(--chart-used); } .chart .overage { fill: var(--chart-over); } .chart .before { fill: var(--chart-pale); } .chart .empty { fill: none; stroke: var(--chart-axis); stroke-dasharray: 3 3; }
.chart .band { fill: var(--chart-band); stroke: none; } .chart .expected { fill: none; stroke: var(--chart-used); stroke-width: 2; stroke-dasharray: 5 4; }
.chart .left { fill: none; stroke: var(--chart-used); stroke-width: 2.5; stroke-linejoin: round; } .chart .pace { fill: none; stroke: var(--chart-pale); stroke-width: 1.5; stroke-dasharray: 1 4; stroke-linecap: round; }
.chart .part { stroke: var(--chart-ground); stroke-width: 2; }
${[0, 1, 2, 3, 4, 5].map((i) => `.chart .part-${i}, .swatch.part-${i} { fill: var(--part-${i}); background: var(--part-${i}); } .chart text.on-part-${i} { fill: var(--on-${i}); }`).join('\n')}
.swatch { display: inline-block; width: .8em; height: .8em; margin-right: .4em; border-radius: 2px; vertical-align: -.05em; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.swatch.used { background: var(--chart-used); } .swatch.overage { background: var(--chart-over); } .swatch.before { background: var(--chart-pale); } .swatch.band { background: var(--chart-band); }
.swatch.expected, .swatch.left, .swatch.pace { width: 1.4em; height: 0; border-radius: 0; vertical-align: .25em; border-top: 2px dashed var(--chart-used); } .swatch.left { border-top-style: solid; } .swatch.pace { border-top: 2px dotted var(--chart-pale); }
`;
