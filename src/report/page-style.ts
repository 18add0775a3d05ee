/** The screen's palette (themes/light.json and themes/dark.json), by the names that the style uses. */
export const PALETTES = {
  light: {
    ground: '#ffffff',
    raised: '#f6f8fa',
    match: '#ffe0dc',
    rule: '#d0d7de',
    text: '#1f2328',
    dim: '#59636e',
    strong: '#0a0c10',
    accent: '#0550ae',
    low: '#116329',
    medium: '#7d4e00',
    high: '#953800',
    critical: '#a40e26',
  },
  dark: {
    ground: '#0d1117',
    raised: '#161b22',
    match: '#43191b',
    rule: '#30363d',
    text: '#d0d7de',
    dim: '#7d8590',
    strong: '#f0f6fc',
    accent: '#58a6ff',
    low: '#7ee787',
    medium: '#e3b341',
    high: '#ffa657',
    critical: '#ff7b72',
  },
} as const;

/** Filled areas: on white the text colours are too dark to be told apart, on black they are right as they are. */
const FILLS = {
  light: { 'fill-accent': '#2f6fce', 'fill-low': '#8c959f', 'fill-medium': '#d4a72c', 'fill-high': '#dd7a33', 'fill-critical': '#c4313f' },
  dark: { 'fill-accent': '#58a6ff', 'fill-low': '#6e7681', 'fill-medium': '#e3b341', 'fill-high': '#f0883e', 'fill-critical': '#ff6b63' },
} as const;

const variables = (palette: Readonly<Record<string, string>>): string =>
  Object.entries(palette)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');

const MONO = 'ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono","Nanum Gothic Coding",monospace';
const SANS = 'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans","Noto Sans KR","Nanum Gothic",sans-serif';

const BASE = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--text);font:15px/1.55 ${SANS};font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
:lang(ko){word-break:keep-all}
main{max-width:1080px;margin:0 auto;padding:40px 24px 64px}
h1,h2,h3,p,ol,ul,dl,dd,figure,table{margin:0;padding:0}
ol,ul{list-style:none}
h1,h2,h3,strong,b{color:var(--strong)}
a{color:var(--accent);text-decoration:none}
a:hover,a:focus-visible{text-decoration:underline}
svg{display:block;width:100%;overflow:visible}
code,.log{font-family:${MONO};font-size:.867em;overflow-wrap:anywhere;unicode-bidi:isolate}
mark{background:var(--match);color:var(--strong);border-radius:2px;padding:1px 0}
.dim{color:var(--dim)}
.num{text-align:right;white-space:nowrap}
.low{color:var(--low)}.medium{color:var(--medium)}.high{color:var(--high)}.critical{color:var(--critical)}
`;

const HEADER = `
.top{display:flex;justify-content:space-between;gap:4px 24px;flex-wrap:wrap;font-size:13px;color:var(--dim)}
.top b{color:var(--accent);font-weight:600}
h1{font-size:30px;line-height:1.25;font-weight:650;letter-spacing:-.01em;margin:20px 0 8px;text-wrap:balance}
.lead{color:var(--dim);overflow-wrap:anywhere}
.figures{display:grid;grid-template-columns:repeat(5,1fr);margin-top:32px;border-top:1px solid var(--rule);border-bottom:1px solid var(--rule)}
.figures>div{padding:16px 0 14px 20px;border-left:1px solid var(--rule)}
.figures>div:first-child{padding-left:0;border-left:0}
.figures dt{font-size:13px;color:var(--dim)}
.figures dd{font-size:26px;line-height:1.3;font-weight:600;color:var(--strong)}
.figures dd.critical{color:var(--critical)}
.figures small{display:block;font-size:12px;font-weight:400;color:var(--dim);line-height:1.4}
`;

const SECTIONS = `
section{margin-top:48px}
h2{display:flex;align-items:center;gap:12px;font-size:15px;font-weight:600;line-height:1.4;margin-bottom:16px;break-after:avoid}
h2::after{content:"";flex:1;height:1px;background:var(--rule)}
h2 small{order:2;font-size:13px;font-weight:400;color:var(--dim)}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:0 48px}
.pair section{min-width:0}
.note{margin-top:12px;font-size:13px;color:var(--dim)}
`;

const CHARTS = `
.legend{display:flex;flex-wrap:wrap;gap:4px 20px;font-size:13px;color:var(--dim);margin-bottom:12px}
.legend i{display:inline-block;width:10px;height:10px;border-radius:2px;margin-right:6px}
.c2{fill:var(--fill-accent);background:var(--fill-accent)}
.c3{fill:var(--fill-accent);background:var(--fill-accent);opacity:.45}
.c4{fill:var(--fill-medium);background:var(--fill-medium)}
.c5{fill:var(--fill-critical);background:var(--fill-critical)}
.c0{fill:var(--dim);background:var(--dim);opacity:.4}
.heat{fill:var(--fill-high)}
.legend .heat{background:var(--fill-high)}
.plot{padding-left:44px}
.plot text,.axis text{font:12px ${SANS};fill:var(--dim)}
.grid line{stroke:var(--rule);stroke-width:1}
.bar rect.track{fill:var(--raised)}
.bar rect,.parts rect{fill:var(--fill-accent)}
rect.critical{fill:var(--fill-critical)!important}rect.high{fill:var(--fill-high)!important}rect.medium{fill:var(--fill-medium)!important}rect.low{fill:var(--fill-low)!important}
.parts rect.rest{fill:var(--dim);opacity:.45}
.parts rect.track{fill:var(--raised)}
.span line{stroke-width:8;stroke-linecap:round}
.span .critical{stroke:var(--fill-critical)}.span .high{stroke:var(--fill-high)}.span .medium{stroke:var(--fill-medium)}.span .low{stroke:var(--fill-low)}
.span .rail{stroke:var(--rule);stroke-width:1;stroke-linecap:butt}
`;

const LISTS = `
.badge{display:inline-block;width:1.4em;font-weight:700;font-family:${MONO}}
table{width:100%;border-collapse:collapse;font-size:14px}
th{font-weight:400;font-size:13px;color:var(--dim);text-align:left;padding:0 0 6px}
th.num{text-align:right}
td{padding:5px 0;vertical-align:baseline;border-top:1px solid var(--rule)}
tbody tr:first-child td{border-top:0}
th+th,td+td{padding-left:16px}
td.grow{width:32%}
.families td.grow{width:56%}
.families td:first-child{overflow-wrap:normal}
.lanes li{display:grid;grid-template-columns:14em minmax(0,24em) 1fr 2.4em;gap:0 16px;align-items:center;padding:4px 0;font-size:14px;break-inside:avoid}
.lanes .who{display:flex;align-items:baseline;min-width:0}
.lanes .what{color:var(--dim);font-size:13px;line-height:1.35;overflow-wrap:anywhere}
.badge{flex:none}
.lanes .who .log{font-weight:600;color:var(--strong);min-width:0}
.lanes .who a.log{color:var(--accent)}
.lanes .what b{white-space:nowrap}
.lanes .axis{padding:0}
`;

const INCIDENTS = `
article{padding:24px 0 28px;border-top:1px solid var(--rule)}
h2+article{border-top:0;padding-top:4px}
h3{font-size:18px;font-weight:600;line-height:1.4;overflow-wrap:anywhere;break-after:avoid}
h3 .log{font-size:.95em}
article>.lead{font-size:14px;margin-top:2px}
.facts{display:grid;grid-template-columns:1fr 1fr;gap:20px 48px;margin-top:18px}
.facts>*{min-width:0}
h4{margin:0 0 8px;font-size:13px;font-weight:400;color:var(--dim);break-after:avoid}
.risk{display:flex;align-items:baseline;gap:12px;font-size:14px;color:var(--dim)}
.risk b{font-size:26px;line-height:1}
.parts{margin-top:8px}
.story{margin-top:22px}
.story li{display:grid;grid-template-columns:5.6em 6em 1fr;gap:0 12px;padding:3px 0;font-size:14px;overflow-wrap:anywhere}
.story time{color:var(--dim)}
.story .gap{color:var(--dim);font-style:italic}
.story .stage{font-weight:600}
.payloads{margin-top:22px}
.payloads li{padding:8px 0;border-top:1px solid var(--rule)}
.payloads li:first-child{border-top:0;padding-top:0}
.payloads .meta{font-size:13px;color:var(--dim);overflow-wrap:anywhere}
.payloads .log{display:block;color:var(--strong);line-height:1.5}
.steps{margin-top:22px}
.steps ol{list-style:decimal;padding-left:1.5em}
.steps li{font-size:14px;padding:2px 0;overflow-wrap:anywhere}
footer{margin-top:56px;padding-top:16px;border-top:1px solid var(--rule);font-size:13px;color:var(--dim)}
footer p+p{margin-top:4px}
`;

const NARROW = `
@media (max-width:960px){
.pair{grid-template-columns:minmax(0,1fr)}
}
@media screen and (max-width:720px){
main{padding:24px 16px 48px}
h1{font-size:24px}
.figures{grid-template-columns:1fr 1fr}
.figures>div{padding:12px 0 10px 16px}
.figures>div:nth-child(odd){padding-left:0;border-left:0}
.figures>div:nth-child(n+3){border-top:1px solid var(--rule)}
.figures>div:last-child:nth-child(odd){grid-column:1/-1}
h2{flex-wrap:wrap;gap:0 12px}
h2 small{order:3;flex-basis:100%}
.facts{grid-template-columns:minmax(0,1fr)}
section{margin-top:40px}
.wide{display:none}
.plot{padding-left:36px}
th+th,td+td{padding-left:12px}
.lanes li{grid-template-columns:minmax(0,1fr) 2.6em;gap:0 12px;padding:8px 0}
.lanes .end{grid-column:2;grid-row:1}
.lanes .what{grid-column:1/-1;padding-left:1.7em}
.lanes .chart{grid-column:1/-1;margin-top:4px}
.lanes .axis .who,.lanes .axis .what,.lanes .axis .end{display:none}
.story li{grid-template-columns:5.2em 1fr}
.story .what{grid-column:1/-1}
.story li{padding:6px 0}
}
`;

const PRINT = `
@media print{
:root{${variables(PALETTES.light)};${variables(FILLS.light)}}
@page{margin:15mm 14mm}
body{font-size:10pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}
main{max-width:none;padding:0}
a{color:inherit}
h1{font-size:20pt;margin-top:10pt}
section{margin-top:22pt}
.figures{margin-top:16pt}
tr,li,figure,.facts,.figures{break-inside:avoid}
table,.story li,.lanes li,.steps li{font-size:9pt}
article{padding:14pt 0}
.pair{grid-template-columns:minmax(0,1fr)}
.lanes li{grid-template-columns:13em minmax(0,19em) 1fr 2.4em;padding:2.5pt 0}
.figures dd{font-size:16pt}
.log{font-size:8pt}
}
`;

/** The whole style of the page: follows the reader's light or dark setting, is light on paper. */
export const PAGE_STYLE = [
  `:root{color-scheme:light dark;${variables(PALETTES.light)};${variables(FILLS.light)}}`,
  `@media (prefers-color-scheme:dark){:root{${variables(PALETTES.dark)};${variables(FILLS.dark)}}}`,
  BASE,
  HEADER,
  SECTIONS,
  CHARTS,
  LISTS,
  INCIDENTS,
  NARROW,
  PRINT,
]
  .join('\n')
  .replaceAll(/\n+/g, '\n');
