/** Colours of light and dark; every pair of text and ground has a contrast of 4.5 at least. */
const colours = `:root{color-scheme:light dark;--ground:#fff;--raised:#f5f6f7;--ink:#1b1f24;--faint:#57606a;--line:#d4d8dd;--link:#0b57b0;
--good:#1a6b33;--bad:#b3201a;--broken:#8a1f70;--doubt:#835500;--none:#57606a;--mark:#2f6fb5;--bound:#b3201a}
@media (prefers-color-scheme:dark){:root{--ground:#14171a;--raised:#1d2126;--ink:#e4e7ea;--faint:#a3acb5;--line:#373e46;--link:#79b4f5;
--good:#6cc98a;--bad:#ff8a80;--broken:#e79ad3;--doubt:#e5b450;--none:#a3acb5;--mark:#6ea8e5;--bound:#ff8a80}}
`;

const text = `*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:70rem;padding:1rem 1.25rem 4rem;background:var(--ground);color:var(--ink);
font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
h1{font:600 1.5rem/1.3 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;margin:.1rem 0 1rem;overflow-wrap:anywhere}
h2{font-size:1.25rem;margin:2.5rem 0 .75rem;padding-top:.5rem;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:0 0 .4rem}
p.label{font-size:.85rem;margin:.9rem 0 .2rem;color:var(--faint);font-weight:600}
p{margin:.4rem 0;max-width:46rem;overflow-wrap:anywhere}
a{color:var(--link)}
code,pre{font:.875em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
pre{margin:.25rem 0;padding:.6rem .75rem;background:var(--raised);border-radius:4px;white-space:pre-wrap}
.kind{color:var(--faint);margin:0}
.skip{position:absolute;left:-100rem}
.skip:focus{left:1rem;top:.5rem;background:var(--ground);padding:.3rem .6rem}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;list-style:none;margin:1.25rem 0 0;padding:0}
.formula{overflow-x:auto;overflow-y:hidden;font-size:1.1em;padding:.15rem 0}
.executed{color:var(--faint);margin-top:0}
mi.word{font-style:italic}
mtd{text-align:left}
`;

const blocks = `.verdict{border-left:.4rem solid var(--none);background:var(--raised);padding:.75rem 1rem;border-radius:0 4px 4px 0}
.verdict .word{font-size:1.6rem;font-weight:650;line-height:1.25;margin:0}
.verdict.conforms{border-color:var(--good)}.verdict.conforms .word{color:var(--good)}
.verdict.fails{border-color:var(--bad)}.verdict.fails .word{color:var(--bad)}
.verdict.incomplete{border-color:var(--doubt)}.verdict.incomplete .word{color:var(--doubt)}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(11rem,1fr));gap:.6rem 1.5rem;margin:1rem 0 0}
.facts dt{color:var(--faint);font-size:.8rem}
.facts dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
.finding{border:1px solid var(--line);border-left:.3rem solid var(--none);border-radius:4px;padding:.9rem 1rem;margin:0 0 1rem}
.finding.fails{border-left-color:var(--bad)}.finding.breaks{border-left-color:var(--broken)}.finding.cause{border-left-color:var(--link)}
.more>summary{padding:.25rem 0 1rem}
.sides{display:grid;grid-template-columns:repeat(auto-fit,minmax(16rem,1fr));gap:.5rem 1.5rem;align-items:center}
.sides .facts{grid-template-columns:1fr 1fr;margin:.4rem 0}
.sides svg{max-width:24rem}
.status{font-weight:600;white-space:nowrap}
.holds,.exact,.faithful,.stable,.semantic{color:var(--good)}
.status.fails{color:var(--bad)}.status.breaks{color:var(--broken)}.status.vacuous{color:var(--doubt)}
.status.refuses,.status.refused,.status.none{color:var(--none);font-weight:400}
.reasons{padding-left:1.1rem}.reasons li{margin:.4rem 0;overflow-wrap:anywhere}
summary{cursor:pointer;overflow-wrap:anywhere}
.output>summary{font-weight:600;padding:.5rem 0;font-variant-numeric:tabular-nums}
.output{border-top:1px solid var(--line)}
`;

const tables = `.scroll{overflow-x:auto;margin:.75rem 0}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--faint);font-size:.85rem;padding:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.3rem .9rem .3rem 0;border-bottom:1px solid var(--line);font-weight:400}
thead th{color:var(--faint);font-size:.8rem;white-space:nowrap}
thead button{all:unset;cursor:pointer}
thead button:focus-visible{outline:3px solid var(--link);outline-offset:2px}
thead button::after{content:" ↕";opacity:.55}
[aria-sort=ascending] button::after{content:" ↓";opacity:1}[aria-sort=descending] button::after{content:" ↓";opacity:1}
td.number{text-align:right;white-space:nowrap}.scroll td.text:last-child{min-width:10rem}
.laws{width:100%}
.laws th[scope=row]{width:62%}
.laws details p{font-size:.875rem}
.laws summary span{color:var(--faint)}
.laws tr:target{background:var(--raised)}
#filters{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:end;margin:.5rem 0 1rem}
#filters[hidden]{display:none}
label{display:flex;flex-direction:column;font-size:.8rem;color:var(--faint)}
input,select{font:inherit;font-size:1rem;color:var(--ink);background:var(--ground);border:1px solid var(--faint);border-radius:4px;padding:.3rem .5rem;max-width:100%}
output{font-size:.9rem;padding:.35rem 0}
`;

const pictures = `.plots{display:grid;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));gap:1rem 1.5rem;margin:.5rem 0 1rem}
figure{margin:0}
figcaption{font-size:.85rem;color:var(--faint)}
svg{display:block;width:100%;height:auto}
svg text{font:10px system-ui,sans-serif;fill:var(--faint);text-anchor:middle;font-variant-numeric:tabular-nums}
svg .from{text-anchor:start}svg .to{text-anchor:end}
svg .label{font-size:10.5px}svg .count{font-size:9px;fill:var(--ink)}svg .side{text-anchor:end}svg .on{text-anchor:end;fill:var(--bound);paint-order:stroke;stroke:var(--ground);stroke-width:3px}
svg .bar,svg .dot{fill:var(--mark)}svg .dot{fill-opacity:.75}
svg .axis{stroke:var(--faint);fill:none}svg .grid{stroke:var(--line);fill:none}
svg .bound{stroke:var(--bound);stroke-dasharray:5 3;fill:none}
svg .beyond{fill:var(--bad)}svg .band{fill:var(--good);fill-opacity:.35}svg .exact{stroke:var(--good);stroke-width:2}
`;

const small = `@media (max-width:40rem){body{padding:.75rem .9rem 3rem}h1{font-size:1.2rem}.facts{grid-template-columns:1fr 1fr;gap:.5rem 1rem}
.laws,.laws tbody,.laws tr,.laws caption{display:block}.laws thead{position:absolute;left:-200rem}
.laws tr{display:flex;flex-wrap:wrap;align-items:baseline;gap:.1rem .75rem;border-bottom:1px solid var(--line);padding:.5rem 0}
.laws tr[hidden]{display:none}
.laws th,.laws td{border:0;padding:0}.laws th[scope=row]{flex:0 0 100%;width:auto}
.laws td.number{font-size:.8rem;color:var(--faint)}.laws td.number:not(:empty)::after{content:" " attr(data-says)}}
@media print{body{max-width:none;padding:0;font-size:10pt}nav,#filters,.skip{display:none!important}
.finding,figure,tr{break-inside:avoid}.scroll{overflow:visible}a{color:inherit;text-decoration:none}}
`;

export const style = colours + text + blocks + tables + pictures + small;
