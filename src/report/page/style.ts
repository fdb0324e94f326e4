/** How a page looks, by day and by night, on a wide screen, a phone and paper. */
export const style = `
:root { color-scheme: light dark; --ink: #1f2328; --soft: #59636e; --back: #ffffff; --card: #f6f8fa; --line: #d1d9e0;
  --mark: #0969da; --on: #ffffff; --alarm: #b3261e; --alarm-back: #fdecea; --good: #1a7f37; --wrong: #c4501b;
  --c0: #0072b2; --c1: #d55e00; --c2: #007a5a; --c3: #a6458a; --c4: #8a6d00; --c5: #3d8fc4; --c6: #6b4fbb; --c7: #7a5230; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --soft: #9aa4af; --back: #0d1117; --card: #161b22; --line: #3d444d;
    --mark: #58a6ff; --on: #0d1117; --alarm: #ff8f87; --alarm-back: #2d1416; --good: #4cc764; --wrong: #f0883e;
    --c0: #58a6ff; --c1: #f0883e; --c2: #3fc9a0; --c3: #e58fc7; --c4: #d8b93c; --c5: #8fd0f5; --c6: #b8a1ff; --c7: #c9a27e; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 76rem; background: var(--back); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; } h2 { font-size: 1.25rem; margin-top: 2.5rem; } h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
h2, header { border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
a { color: var(--mark); }
p { margin: .5rem 0; } .soft, figcaption { color: var(--soft); font-size: .87rem; }
dl { display: grid; grid-template-columns: minmax(5rem, max-content) 1fr; gap: .15rem .8rem; margin: .6rem 0; }
dt { color: var(--soft); } dd { margin: 0; }
ul { padding-left: 1.2rem; margin: .5rem 0; }
.alarms { background: var(--alarm-back); border-left: 4px solid var(--alarm); padding: .4rem .8rem; border-radius: 4px; }
.alarms p { color: var(--alarm); font-weight: 600; }
.met { color: var(--good); } .unmet { color: var(--alarm); font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .87rem; font-variant-numeric: tabular-nums; margin: .5rem 0; }
th, td { padding: .3rem .6rem; text-align: left; white-space: nowrap; border-bottom: 1px solid var(--line); }
th { border-bottom: 2px solid var(--soft); } .number { text-align: right; } td.name { white-space: normal; min-width: 12rem; }
tr.tied td:first-child, tr.tied .name { font-weight: 600; } tr.apart td { border-top: 2px solid var(--soft); }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 330px), 1fr)); gap: 1rem; align-items: start; }
figure { margin: 0; padding: .7rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; min-width: 0; overflow-x: auto; }
figcaption { margin-bottom: .4rem; } figcaption strong { color: var(--ink); display: block; }
details { margin: .8rem 0; } summary { cursor: pointer; color: var(--mark); } details .charts { margin-top: .6rem; }
code { font-size: .92em; } pre { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .7rem; font-size: .8rem; overflow-wrap: normal; }
svg { display: block; width: 100%; max-width: 460px; height: auto; }
svg text { font-size: 11px; fill: var(--ink); } svg .soft { fill: var(--soft); font-size: 10.5px; } svg .strong { font-weight: 700; }
.grid { stroke: var(--line); } .mark { stroke: var(--soft); stroke-dasharray: 2 3; }
.reach { stroke: var(--mark); stroke-width: 2; } .dot { fill: var(--mark); stroke: var(--mark); stroke-width: 2; } .hollow { fill: var(--card); }
.published { fill: none; stroke: var(--c1); stroke-width: 1.8; } .joined { stroke: var(--ink); stroke-width: 3.5; stroke-linecap: round; }
.curve { fill: none; stroke: var(--c); stroke-width: 1.8; stroke-linejoin: round; } .dashed { stroke-dasharray: 4 3; stroke-width: 1.3; }
.band { fill: var(--c); fill-opacity: .15; } .whisker { stroke: var(--c); stroke-width: 1.2; } .point { fill: var(--c); }
.empty { fill: var(--line); fill-opacity: .35; } .right { fill: var(--mark); } .wrong { fill: var(--wrong); } svg .on { fill: var(--on); }
.of-metric { --c: var(--c0); } .of-log { --c: var(--c1); } .of-trace { --c: var(--c2); } .whole { --c: var(--soft); }
${Array.from({ length: 8 }, (_, i) => `.c${i} { --c: var(--c${i}); }`).join(' ')}
@media print { body { max-width: none; } figure { break-inside: avoid; } }
`;
