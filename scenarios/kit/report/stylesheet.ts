/** The report's style; the eight series colours are told apart by people with any common colour vision (after Okabe and Ito), eight paler ones follow. */
export const stylesheet = `
:root { --paper: #fdfdfc; --ink: #1b1f24; --muted: #5f6874; --line: #dfe2e6; --axis: #8b939e; --soft: #f3f4f6;
  --pass: #14713d; --miss: #b3261e;
  --c0: #0067b1; --c1: #c4570a; --c2: #007f5f; --c3: #a8478a; --c4: #8a6d00; --c5: #2f8fc4; --c6: #6b4fbb; --c7: #5f6874; }
:root { --c8: color-mix(in srgb, var(--c0) 45%, var(--paper)); --c9: color-mix(in srgb, var(--c1) 45%, var(--paper)); --c10: color-mix(in srgb, var(--c2) 45%, var(--paper)); --c11: color-mix(in srgb, var(--c3) 45%, var(--paper)); --c12: color-mix(in srgb, var(--c4) 45%, var(--paper)); --c13: color-mix(in srgb, var(--c5) 45%, var(--paper)); --c14: color-mix(in srgb, var(--c6) 45%, var(--paper)); --c15: color-mix(in srgb, var(--c7) 45%, var(--paper)); }
@media (prefers-color-scheme: dark) { :root { --paper: #14171b; --ink: #e6e8eb; --muted: #9ba4b0; --line: #2c323a;
  --axis: #6b7480; --soft: #1d2127; --pass: #5fd08c; --miss: #ff8a80;
  --c0: #5db3f0; --c1: #f0985a; --c2: #3fcfa4; --c3: #e08cc4; --c4: #dcc04a; --c5: #8fd0f5; --c6: #b39df5; --c7: #9ba4b0; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 66rem; padding: 2.5rem 1.5rem 4rem; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .4rem; letter-spacing: -.01em; }
h2 { font-size: 1.4rem; line-height: 1.3; margin: 3rem 0 1rem; padding-top: 1.2rem; border-top: 1px solid var(--line); }
h2 small { color: var(--muted); font-weight: 400; font-size: .95rem; white-space: nowrap; }
h3 { font-size: 1.05rem; margin: 0; }
.lead { font-size: 1.1rem; color: var(--muted); margin: 0; }
.lead strong { font-weight: 600; }
a { color: var(--c0); }
nav ol { margin: 1.5rem 0 0; padding-left: 1.3rem; }
figure { margin: 2.2rem 0; }
figcaption p { margin: .2rem 0 0; color: var(--muted); max-width: 44rem; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin: .7rem 0 .2rem; padding: 0; font-size: .88rem; }
.swatch { display: inline-block; width: .75rem; height: .75rem; border-radius: 2px; margin-right: .4rem; vertical-align: -.05rem; }
.shape { display: inline-block; width: 1rem; margin-right: .3rem; text-align: center; }
.plot { overflow-x: auto; }
.plot svg { display: block; width: 100%; max-width: 760px; height: auto; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: .9rem; width: 100%; }
caption { text-align: left; font-weight: 600; padding: .2rem 0 .4rem; }
th, td { text-align: left; padding: .35rem 1.1rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; font-weight: 400; }
thead th { color: var(--muted); font-size: .82rem; border-bottom-color: var(--axis); white-space: nowrap; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tbody small { color: var(--muted); display: block; overflow-wrap: anywhere; }
.pass { color: var(--pass); font-weight: 600; } .miss { color: var(--miss); font-weight: 600; } .shown { color: var(--muted); }
details { margin: .6rem 0; } summary { cursor: pointer; color: var(--muted); font-size: .9rem; }
figure details table { width: auto; } figure details caption { position: absolute; left: -999rem; }
code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .92em; background: var(--soft); padding: .1em .3em; border-radius: 3px; }
footer { margin-top: 4rem; border-top: 1px solid var(--line); color: var(--muted); font-size: .85rem; }
@media print { details > * { display: block; } body { max-width: none; } }
`;
