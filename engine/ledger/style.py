"""How a page looks: on a screen by day and by night, and on A4."""

STYLE = """
:root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--soft:#5a636e;--rule:#d5dae0;--wash:#f4f6f8;
--pass:#1a7f64;--look:#9a6700;--fail:#c02a1e;--unknown:#66607f;--on:#fff;--accent:#2f5f8f}
@media (prefers-color-scheme:dark){:root{--paper:#15181c;--ink:#e6e9ed;--soft:#9aa4af;--rule:#343b43;--wash:#1e2329;
--pass:#4fc3a1;--look:#e0a93b;--fail:#ff7a6b;--unknown:#aaa3c9;--on:#101214;--accent:#84b4e4}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,
"Noto Sans",Arial,sans-serif}
main{max-width:70rem;margin:0 auto;padding:2.2rem 1.6rem 4rem}
h1{font-size:2rem;line-height:1.15;margin:.1rem 0 .5rem;font-weight:650;overflow-wrap:anywhere}
h2{font-size:1.25rem;margin:2.6rem 0 .6rem;padding-bottom:.3rem;border-bottom:1px solid var(--rule);font-weight:650}
h3{font-size:1.02rem;line-height:1.35;margin:0;font-weight:600}
h4{font-size:.8rem;margin:.8rem 0 .15rem;color:var(--soft);font-weight:600}
p{margin:.3rem 0 .7rem;max-width:46rem}
a{color:var(--accent)}
.kind{margin:0;color:var(--soft);font-size:.9rem;font-weight:600}
.period,.note,caption{color:var(--soft)}
nav{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;margin:1.3rem 0 0;font-size:.92rem}
.tiles{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:0 1.6rem;margin:1.3rem 0 .5rem}
.tile{border-left:4px solid var(--of);padding:.05rem 0 .05rem .8rem}
.tile b{display:block;font-size:1.9rem;line-height:1.1;font-weight:650;font-variant-numeric:tabular-nums}
.tile span{color:var(--soft);font-size:.9rem}
.pass{--of:var(--pass)}.look{--of:var(--look)}.fail{--of:var(--fail)}.unknown{--of:var(--unknown)}
.badge{display:inline-block;padding:.06rem .5rem;border-radius:3px;background:var(--of);color:var(--on);
font-size:.82rem;font-weight:600;white-space:nowrap;line-height:1.45}
svg rect.pass,svg rect.look,svg rect.fail,svg rect.unknown{fill:var(--of)}
.bar{display:block;width:100%;height:.6rem;background:var(--wash)}
.bar .some{fill:var(--accent)}
.whole .bar{height:.9rem;margin:.9rem 0}
.trend{display:block;overflow:visible}
.trend path{fill:none;stroke:var(--rule);stroke-width:1}
.trend .near{stroke:var(--look);stroke-dasharray:2 3;opacity:.75}
.trend .limit{stroke:var(--fail);opacity:.6}
.trend .way{stroke:var(--ink);stroke-width:1.4;stroke-linejoin:round}
.trend .dot{fill:var(--ink)}
.trend .dot.pass,.trend .dot.look,.trend .dot.fail,.trend .dot.unknown{fill:var(--of);stroke:var(--paper)}
.case{border-left:4px solid var(--of);padding:.1rem 0 .1rem 1rem;margin:1.5rem 0}
.case h2{margin-top:.2rem}
.case header{display:flex;gap:.4rem .8rem;align-items:baseline;flex-wrap:wrap}
.case header .when{color:var(--soft);font-size:.88rem;margin-left:auto}
.case .sides{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:.4rem 1.8rem}
.case ul,.case ol,.told ul,.told ol{margin:.1rem 0 .3rem;padding-left:1.25rem;max-width:46rem}
.case li,.told li{margin:.1rem 0}
.case .trends{display:grid;gap:.5rem;align-content:start;padding-top:.7rem}
.case figure{margin:0;font-size:.8rem;color:var(--soft)}
.case figcaption{margin-bottom:.1rem}
dl{display:flex;flex-wrap:wrap;gap:.3rem 1.4rem;margin:.55rem 0}
.reading dl{display:block}
.reading dl div{display:grid;grid-template-columns:9rem minmax(0,46rem);margin:.25rem 0;break-inside:avoid}
.reading dt{font-size:inherit}
dl div{min-width:4.4rem}
dt{color:var(--soft);font-size:.8rem}
dd{margin:0;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.facts small{display:block;font-size:.85rem;color:var(--soft)}
.time{font-variant-numeric:tabular-nums;font-weight:600}
.scroll{overflow-x:auto;margin:.6rem 0 1rem}
table{border-collapse:collapse;width:100%;font-size:.9rem}
caption{text-align:left;padding:.1rem 0 .5rem;font-size:.9rem}
th,td{text-align:left;vertical-align:top;padding:.36rem .9rem .36rem 0;border-bottom:1px solid var(--rule)}
th:last-child,td:last-child{padding-right:0}
thead th{font-size:.8rem;font-weight:600;color:var(--soft);vertical-align:bottom;line-height:1.3}
thead th:not(#x){white-space:normal}
tbody th{font-weight:400;overflow-wrap:anywhere;min-width:9rem}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.w{white-space:nowrap}
.l{padding-left:.7rem}
.b{min-width:7rem}
.b .bar{margin-top:.42rem}
.shot{display:block;font-weight:600;overflow-wrap:anywhere}
.case .shot,.case .who{display:inline}
.case .who{margin-left:.6rem;font-weight:400;color:var(--soft)}
td .who,th .who{display:block;color:var(--soft);font-size:.92em}
.better{color:var(--pass)}.worse{color:var(--fail)}
.drawing{display:block;max-width:100%;height:auto;background:#fff;border:1px solid var(--rule);margin:.6rem 0}
code{font-family:ui-monospace,Consolas,Menlo,monospace;font-size:.92em;overflow-wrap:anywhere}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
@media (max-width:44rem){main{padding:1.2rem 1rem 3rem}.tiles{grid-template-columns:repeat(2,1fr);gap:.9rem}
.case .sides{grid-template-columns:minmax(0,1fr)}.case .trends{grid-auto-flow:column;justify-content:start}}
@page{size:A4;margin:15mm 13mm 16mm;@bottom-right{content:counter(page) " / " counter(pages);font:8pt sans-serif;
color:#5a636e}}
@media print{
:root{color-scheme:light;--paper:#fff;--ink:#000;--soft:#4a525b;--rule:#c3c9cf;--wash:#eef0f2;--pass:#1a7f64;
--look:#8a5c00;--fail:#b3261e;--unknown:#5d5778;--on:#fff;--accent:#2f5f8f}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
html{font-size:9.3pt}
body{font-size:1rem;line-height:1.4}
.facts{gap:.2rem 1.1rem}
.facts div{min-width:0}
main{max-width:none;padding:0}
nav{display:none}
a{color:inherit;text-decoration:none}
h2{margin-top:1.5rem;break-after:avoid}
h3,h4,caption{break-after:avoid}
.case,tr,.tile,figure,dl{break-inside:avoid}
.scroll{overflow:visible}
thead{display:table-header-group}
table{font-size:8.2pt}
th,td{padding:.25rem .5rem .25rem 0}
tbody th{min-width:0}
.all tbody th{min-width:31mm}
.b{min-width:16mm}
.trend{width:21mm;height:auto}
p,.case ul,.case ol,.told ul,.told ol{max-width:none}
p,li{orphans:2;widows:2}
}
"""
