/** Colours of light and dark; every pair of text and ground has a contrast of 4.5 at least. */
const colours = `:root{color-scheme:light dark;--ground:#fdfcf9;--raised:#f4f1ea;--ink:#211f1c;--faint:#66605a;--line:#ddd7cb;--link:#1f4f8b;--accent:#8a3b1e;
--good:#23693a;--bad:#a32a1c;--del:#fbe9e5;--ins:#e7f2e8}
@media (prefers-color-scheme:dark){:root{--ground:#171614;--raised:#211f1c;--ink:#e9e5de;--faint:#aaa39a;--line:#3a3631;--link:#8fbaf0;--accent:#e0a07e;
--good:#7fcb96;--bad:#ff9384;--del:#3b211d;--ins:#1c2f21}}
@media print{:root{color-scheme:light;--ground:#fff;--raised:#f6f4ef;--ink:#000;--faint:#555;--line:#ccc;--link:#1f4f8b;--accent:#8a3b1e;--good:#23693a;--bad:#a32a1c;--del:#fbe9e5;--ins:#e7f2e8}}
`;

const serif = `"Iowan Old Style","Palatino Linotype",Palatino,"Book Antiqua",Georgia,"Noto Serif","Noto Serif KR","Noto Serif CJK KR",AppleMyungjo,"Nanum Myeongjo","DejaVu Serif",serif`;
const sans = `system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Apple SD Gothic Neo","Malgun Gothic","Noto Sans KR","Noto Sans CJK KR",sans-serif`;
const mono = `ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace`;

const text = `*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--ground);color:var(--ink);font:1.0625rem/1.6 ${serif}}
h1,h2,h3,h4,h5,h6{font-weight:600;line-height:1.25;overflow-wrap:anywhere;text-wrap:balance}
h1{font-size:2.1rem;margin:0 0 1.2rem;letter-spacing:-.01em}
h2{font-size:1.35rem;margin:2.8rem 0 .7rem}h3{font-size:1.12rem;margin:2rem 0 .5rem}h4,h5,h6{font-size:1rem;margin:1.5rem 0 .4rem}
p{margin:.7rem 0;overflow-wrap:anywhere}li{overflow-wrap:anywhere}
:is(main,article,a,li,section)[lang=ko],html[lang=ko]>body>main{word-break:keep-all;overflow-wrap:anywhere;line-height:1.75}
.lead{font-size:1.2rem;line-height:1.5;color:var(--faint)}
a{color:var(--link);text-decoration-thickness:1px;text-underline-offset:.18em;text-decoration-color:color-mix(in srgb,currentColor 40%,transparent)}
a:hover{text-decoration-color:currentColor}
math a{color:inherit;text-decoration:none}math a:hover,math a:focus-visible{color:var(--link);text-decoration:underline}
code,pre{font:.86em/1.5 ${mono};overflow-wrap:anywhere}
pre{margin:.8rem 0;padding:.8rem 1rem;background:var(--raised);border-radius:4px;overflow-x:auto;overflow-wrap:normal;max-width:100%}
h2 code,h3 code{font-weight:400;font-size:.72em;color:var(--faint)}
.entry>h2>code:only-child{color:var(--ink);font-size:.9em}
blockquote{margin:1rem 0;padding-left:1rem;border-left:3px solid var(--line);color:var(--faint)}
.skip{position:absolute;left:-100rem}.skip:focus{left:1rem;top:.5rem;background:var(--ground);padding:.3rem .6rem}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
b.figure{font-weight:600;font-variant-numeric:tabular-nums}
`;

const frame = `header{font:.875rem/1.4 ${sans};padding:1rem 2rem;color:var(--faint);border-bottom:1px solid var(--line);display:flex;gap:.8rem;align-items:baseline}
header a:first-child{color:var(--ink);font-weight:650;text-decoration:none}.to-contents{display:none;margin-left:auto}
@media screen{body:has(>nav){display:grid;grid-template-columns:17rem minmax(0,1fr);grid-template-areas:"head head" "nav main"}}
header{grid-area:head}main{grid-area:main;max-width:49rem;width:100%;padding:2.6rem 3rem 5rem}nav#contents{grid-area:nav}
nav#contents{font:.875rem/1.45 ${sans};padding:2.4rem 1rem 2rem 2rem;border-right:1px solid var(--line);align-self:start;position:sticky;top:0;max-height:100vh;overflow-y:auto;min-height:100vh}
nav ol{list-style:none;margin:0;padding:0}nav#contents>ol>li{margin:.55rem 0}nav ol ol{margin:.35rem 0 .8rem;padding-left:.8rem;border-left:1px solid var(--line)}nav ol ol li{margin:.28rem 0}
nav#contents a{color:var(--faint);text-decoration:none}nav#contents>ol>li>a{color:var(--ink);font-weight:550}nav#contents a:hover{text-decoration:underline}
nav#contents a[aria-current]{color:var(--accent);font-weight:600}
.turn{display:flex;justify-content:space-between;gap:2rem;margin-top:4rem;padding-top:1.2rem;border-top:1px solid var(--line);font:.9rem/1.4 ${sans}}
.other{font:.9rem/1.4 ${sans};margin-top:-.6rem}
.whole main{margin:0 auto;max-width:52rem}
`;

const entries = `.entry{margin:2.6rem 0;padding-top:1.4rem;border-top:1px solid var(--line)}.entry>h2{margin-top:0}
.entry:target>h2,tr:has(:target),.guide h2:target,.guide h3:target,.guide p:target{background:color-mix(in srgb,var(--accent) 10%,transparent);box-shadow:0 0 0 .35rem color-mix(in srgb,var(--accent) 10%,transparent)}
.says{font-size:1.08rem}
.formula{overflow-x:auto;overflow-y:hidden;margin:.9rem 0 .2rem;padding:.7rem 0;max-width:100%}
.formula math{font-size:1.25rem}.inline{display:inline-block;max-width:100%;overflow-x:auto;overflow-y:hidden;vertical-align:middle}
math{line-height:normal;word-break:normal;font-family:"Latin Modern Math","STIX Two Math","Cambria Math","Libertinus Math","TeX Gyre Pagella Math","DejaVu Math TeX Gyre",math}mi.word{font-style:italic}mtd{text-align:left}.formula mtd{padding:.25em .4em}
.executed{margin:.1rem 0 .9rem;color:var(--faint)}
.standing{float:right;margin:-2.4rem 0 0;font:.8rem/1.6 ${sans};color:var(--faint)}.standing.proved,.standing.yes{color:var(--good)}.standing.no{color:var(--bad)}.standing.partly{color:var(--accent)}
.facts{margin:1rem 0 0;font-size:.95rem}
.facts>div{display:grid;grid-template-columns:7rem minmax(0,1fr);gap:.2rem 1rem;padding:.45rem 0}
.facts dt{font:.8rem/1.9 ${sans};color:var(--faint)}.facts dd{margin:0;min-width:0;overflow-wrap:anywhere}
.facts dd>p{margin:.1rem 0 .5rem}.facts dd>ul{margin:0;padding:0;list-style:none}.facts dd>ul>li{margin:.15rem 0 .45rem}
.ids,.facts .ids{font-size:.88rem;line-height:1.7}
.diff{padding:.5rem .7rem;white-space:pre-wrap;overflow-wrap:anywhere}.diff del,.diff ins{display:block;text-decoration:none;padding:.05rem .3rem;margin:0 -.3rem;border-radius:2px}
.diff del{background:var(--del)}.diff ins{background:var(--ins)}
.seen{font-size:.9rem;color:var(--faint)}
.entries{list-style:none;margin:1.4rem 0;padding:0;display:flex;flex-wrap:wrap;gap:.4rem 1.6rem;font-size:1.1rem}
.entries.long{display:block;font-size:.92rem;columns:1}.entries.long li{padding:.22rem 0 .22rem 1.2rem;text-indent:-1.2rem}
.part ul{columns:2;column-gap:2.5rem;padding:0;list-style:none}.part li{padding:.12rem 0;break-inside:avoid}
figure{margin:1.4rem 0}figure img{display:block;max-width:100%;height:auto;background:#fff;border-radius:4px}figcaption{font-size:.9rem;color:var(--faint);margin-top:.4rem}
`;

const tables = `.summary table{width:100%}.summary tbody th[colspan]{font:.8rem/1.5 ${sans};color:var(--accent);padding-top:1.1rem}.summary td:first-child{width:56%}.summary .inline{font-size:1.1em}
.scroll{overflow-x:auto;margin:1.2rem 0;max-width:100%}
table{border-collapse:collapse;font-size:.88rem;line-height:1.45;font-variant-numeric:tabular-nums;min-width:60%}
caption{text-align:left;color:var(--faint);font-size:.85rem;padding:.25rem 0 .5rem}
th,td{text-align:left;vertical-align:top;padding:.4rem 1.1rem .4rem 0;border-bottom:1px solid var(--line);font-weight:400}
thead th{color:var(--faint);font:.78rem/1.5 ${sans};white-space:nowrap;border-bottom-color:var(--faint)}
td.number{text-align:right;white-space:nowrap}td.text:last-child{min-width:11rem;padding-right:0}
.scroll code{white-space:nowrap}
`;

const narrow = `@media screen and (max-width:56rem){body:has(>nav){display:block}header{padding:.8rem 1.2rem}.to-contents{display:inline}
main{padding:1.6rem 1.2rem 3rem}nav#contents{position:static;max-height:none;min-height:0;padding:1.5rem 1.2rem 3rem;border:0;border-top:1px solid var(--line)}
h1{font-size:1.65rem}.lead{font-size:1.08rem}.facts>div{grid-template-columns:minmax(0,1fr);gap:0}.part ul{columns:1}.standing{float:none;margin:-.4rem 0 .4rem}}
@media screen and (max-width:40rem){.summary table,.summary tbody,.summary tr,.summary td,.summary th,.summary caption{display:block;width:100%!important;min-width:0}.summary thead{position:absolute;left:-200rem}
.summary td:first-child{border:0;padding-bottom:0}.summary td{padding-right:0}}
@media (max-width:30rem){body{font-size:1rem}th,td{padding-right:.7rem}.formula math{font-size:1.1rem}header span{display:none}}
`;

const paper = `@page{size:A4;margin:24mm 22mm 26mm;@bottom-center{content:counter(page);font:9pt ${sans};color:#555}}
@page:first{@bottom-center{content:none}}
@media print{body{font-size:10.5pt;line-height:1.5}header,nav#contents,.turn,.skip,.other{display:none!important}main,.whole main{max-width:none;padding:0;margin:0}
h1{font-size:20pt}h2{font-size:13.5pt}h3{font-size:11.5pt}h1,h2,h3,h4,thead,caption,.says{break-after:avoid}
.cover{height:200mm;display:flex;flex-direction:column;justify-content:center}.cover h1{font-size:34pt}
.whole .toc,.whole .part,.whole article{break-before:page}.whole .part{height:180mm;display:flex;flex-direction:column;justify-content:center}.part-title{font-size:26pt;margin:0}
.whole .part+article{break-before:page}
.formula,figure,tr,.diff,.executed{break-inside:avoid}.formula,.executed{break-before:avoid}.scroll,pre{overflow:visible}pre{white-space:pre-wrap;overflow-wrap:anywhere}
.formula{overflow:visible}.formula math{font-size:min(12pt,calc(158mm/var(--wide,1)))}.scroll code{white-space:normal}table{font-size:8.5pt;width:100%}a{color:inherit;text-decoration:none}.entry{margin:1.4rem 0}
th,td{overflow-wrap:anywhere;padding-right:.6rem}td.text:last-child{min-width:0}}
.toc h2{margin-top:0}.toc h3{margin:.9rem 0 .3rem}.whole .toc ul{margin:.2rem 0;columns:2;list-style:none;padding:0;font-size:.95rem}.part-title{font-size:1.9rem}
`;

/** The summary fits one sheet: its tables run in columns. */
const sheet = `@page sheet{size:A4;margin:13mm 15mm;@bottom-center{content:none}}
@media print{article:has(>.onepage),main:has(>.onepage){page:sheet}
.onepage{font-size:7pt;line-height:1.3}:has(>.onepage)>h1{font-size:14pt;margin:0 0 1mm}.onepage p,.onepage ul,.onepage pre,.onepage .facts,.onepage .scroll{margin:.8mm 0}
.onepage h2{font-size:10pt;margin:2.2mm 0 .6mm}.onepage .summary caption,.onepage thead{display:none}.onepage caption{display:block;padding:0 0 .5mm;font-size:7pt}:lang(ko)>.onepage{line-height:1.42}.onepage .facts{font-size:inherit}.onepage .facts>div{padding:.2mm 0;grid-template-columns:19mm 1fr}
.onepage dt{font-size:7pt;line-height:1.5}.onepage pre{padding:1mm 2mm;columns:2}.onepage ul{columns:2;padding-left:4mm}.onepage table{display:block;width:100%;font-size:6.7pt;line-height:1.22}
.onepage .summary table{columns:2;column-gap:7mm}.onepage tbody{display:block}.onepage tr{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:2mm;align-items:center;border-bottom:.2mm solid var(--line)}
.onepage th,.onepage td{border:0;padding:.35mm 0;width:auto!important;font-weight:400}.onepage .summary th[colspan]{grid-column:1/3;padding-top:1.2mm;font-size:7pt}.onepage .summary .inline{font-size:1em;overflow:visible}.onepage .summary math{font-size:min(7.4pt,calc(36mm/var(--wide,1)))}
.onepage .scroll:not(.summary) tbody{columns:3;column-gap:7mm}.onepage .scroll:not(.summary) tr{grid-template-columns:1fr 6mm 6mm}}
`;

export const style = colours + text + frame + entries + tables + narrow + paper + sheet;
