/// How a page looks: light or dark as the reader has it, and on paper.
enum HTMLStyle {
  static let text = colors + page + faults + tree + timeLine + paper

  private static let colors = """
    :root{color-scheme:light dark;--paper:#fff;--ground:#f6f7f9;--ink:#1b2430;--ink-2:#4c586a;
    --soft:#eef1f5;--edge:#8a95a5;--hair:#d9dee5;--accent:#0b5cad;--bad:#b3261e;--bad-soft:#fdecea;
    --warn:#8a5300;--warn-soft:#fdf1dc;--good:#1f7a33;--good-soft:#e6f4e9;--lock:#6b4bb8;
    --lock-soft:#e6dff6;--routine:#dbe7f5;--call:#e9ecf0}
    @media (prefers-color-scheme:dark){:root{--paper:#171b21;--ground:#101317;--ink:#e4e9f0;
    --ink-2:#a5b0bf;--soft:#222831;--edge:#7d8a9c;--hair:#323a46;--accent:#76b5ff;--bad:#ff8f86;
    --bad-soft:#3b1f1d;--warn:#f2b75c;--warn-soft:#38290f;--good:#7fce90;--good-soft:#17301d;
    --lock:#b9a3f5;--lock-soft:#3a3059;--routine:#27384d;--call:#2a3038}}

    """

  private static let page = """
    *{box-sizing:border-box}
    [hidden]{display:none!important}
    html{scroll-behavior:smooth}
    body{margin:0;background:var(--ground);color:var(--ink);
    font:15px/1.5 "Segoe UI",-apple-system,Helvetica,Arial,"Liberation Sans",system-ui,sans-serif}
    code,pre,.where,.src,.ev .line,.ev .time,.place dd,.source figcaption{
    font-family:"Cascadia Mono",Consolas,Menlo,"Liberation Mono","DejaVu Sans Mono",monospace}
    a{color:var(--accent);text-decoration:none}
    a:hover{text-decoration:underline}
    :focus-visible{outline:2px solid var(--accent);outline-offset:2px}
    .dim{color:var(--ink-2);font-weight:400}
    header,.columns{max-width:1500px;margin:0 auto;padding:0 24px}
    header{padding-top:22px}
    .tool{margin:0;color:var(--ink-2);font-size:13px}
    h1{font-size:28px;line-height:1.2;margin:2px 0 14px;font-weight:650;overflow-wrap:anywhere}
    h1.bad{color:var(--bad)}h1.warn{color:var(--warn)}h1.good{color:var(--good)}
    h2{font-size:19px;margin:30px 0 4px;font-weight:650;overflow-wrap:anywhere}
    h3{font-size:13.5px;margin:20px 0 6px;font-weight:650}
    h3 .dim{font-size:12.5px}
    .tiles{list-style:none;display:flex;flex-wrap:wrap;gap:10px;margin:0;padding:0}
    .tiles li{background:var(--paper);border:1px solid var(--hair);border-radius:8px;
    padding:8px 14px;color:var(--ink-2);font-size:13.5px}
    .tiles b{font-size:19px;color:var(--ink);margin-right:3px}
    .tiles .bad b{color:var(--bad)}.tiles .warn b{color:var(--warn)}
    .reading{font-size:13.5px;color:var(--ink-2);margin:12px 0 0;overflow-wrap:anywhere}
    .columns{display:grid;grid-template-columns:290px minmax(0,1fr);gap:30px;padding-bottom:60px}
    nav:not(:first-child),main:only-child{grid-column:1/-1}
    nav{align-self:start;padding:16px 2px 16px;font-size:13.5px}
    @media screen and (min-width:1100px){nav{position:sticky;top:58px;max-height:calc(100vh - 58px);
    overflow:auto}#filters{position:sticky;top:0;z-index:2}}
    .index>summary{cursor:pointer;color:var(--ink-2)}
    nav h2{display:inline;font-size:12px;text-transform:uppercase;letter-spacing:.06em;color:var(--ink-2);
    margin:0}
    .index>ul{padding-top:10px}
    nav ul{list-style:none;margin:0;padding:0}
    nav li{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:0 8px;align-items:baseline}
    nav li.rule{margin-bottom:12px}
    nav li.rule>a{font-weight:600;overflow-wrap:anywhere;color:var(--ink)}
    nav li ul{grid-column:1/-1}
    nav li li{padding:2px 0 2px 2px;border-left:1px solid var(--hair)}
    nav li li a{display:flex;align-items:baseline;gap:7px;min-width:0;padding-left:9px;
    color:var(--ink-2)}
    nav li li .text{white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
    nav li li b{font-weight:600;color:var(--accent)}
    nav .sev{flex:none;width:8px;height:8px;border-radius:50%;padding:0}
    .count{color:var(--ink-2);font-size:13px;font-weight:400;font-variant-numeric:tabular-nums;
    white-space:nowrap}
    .panel{background:var(--paper);border:1px solid var(--hair);border-left:4px solid var(--edge);
    border-radius:6px;padding:8px 14px;margin:18px 0 0;font-size:13.5px}
    .panel.bad{border-left-color:var(--bad)}.panel.warn{border-left-color:var(--warn)}
    .panel summary{cursor:pointer}.panel ul{margin:6px 0;padding-left:20px}
    .panel li{overflow-wrap:anywhere}
    #filters{display:flex;flex-wrap:wrap;gap:8px 14px;align-items:center;font-size:13.5px;
    background:var(--ground);max-width:1500px;margin:10px auto 0;padding:12px 24px;
    border-bottom:1px solid var(--hair)}
    #filters label{color:var(--ink-2)}
    #filters .search{flex:1 1 260px;display:flex;gap:8px;align-items:center}
    #filters input{flex:1;min-width:0}
    #filters select{max-width:210px}
    input,select,button{font:inherit;color:var(--ink);background:var(--paper);
    border:1px solid var(--hair);border-radius:6px;padding:4px 9px}
    button{cursor:pointer}button:hover{border-color:var(--edge)}
    output{color:var(--ink-2);margin-left:auto}
    .scroll{overflow-x:auto}
    table{border-collapse:collapse;font-size:13.5px;font-variant-numeric:tabular-nums}
    th,td{padding:4px 14px 4px 0;text-align:right;border-bottom:1px solid var(--hair);
    white-space:nowrap}
    th:first-child{text-align:left;font-weight:500}
    thead th{color:var(--ink-2);font-weight:400}
    td.word,thead th:nth-child(2){text-align:left}
    .tables+.tables thead th:nth-child(2){text-align:right}
    td.bad{color:var(--bad);font-weight:650}td.warn{color:var(--warn);font-weight:650}

    """

  private static let faults = """
    .says{margin:0 0 4px;max-width:82ch;color:var(--ink-2)}
    .about{font-size:13.5px;margin-bottom:10px}
    .about summary,.more summary{cursor:pointer;color:var(--accent);width:fit-content}
    .about dl{margin:8px 0;max-width:90ch}
    .about dt{font-weight:650}.about dd{margin:0 0 8px;overflow-wrap:anywhere}
    section.rule>h2,.anchor{scroll-margin-top:118px}
    .fault{content-visibility:auto;contain-intrinsic-size:auto 46px;background:var(--paper);border:1px solid var(--hair);border-radius:9px;margin:10px 0;
    scroll-margin-top:62px}
    .fault>summary{display:flex;flex-wrap:wrap;gap:4px 12px;align-items:baseline;padding:10px 14px;
    cursor:pointer;list-style:none}
    .fault>summary::before{content:"▸";color:var(--edge)}
    .fault[open]>summary::before{content:"▾"}
    .fault>summary::-webkit-details-marker{display:none}
    .fault>summary .what{font-weight:600;flex:1 1 320px;overflow-wrap:anywhere}
    .fault>summary .who,.fault>summary .where{overflow-wrap:anywhere}
    .where{font-size:13px;color:var(--ink-2)}
    .sev{font-size:11.5px;font-weight:650;border-radius:4px;padding:1px 7px;text-transform:uppercase;
    letter-spacing:.04em}
    .sev.error{color:var(--bad);background:var(--bad-soft)}
    .sev.warning{color:var(--warn);background:var(--warn-soft)}
    .sev.known{color:inherit;background:none;border:1px solid currentColor;opacity:.7}
    nav .sev.error{background:var(--bad)}nav .sev.warning{background:var(--warn)}
    .body{padding:2px 16px 16px;border-top:1px solid var(--hair);position:relative}
    .anchor{position:absolute;top:-60px}
    .place{display:flex;flex-wrap:wrap;gap:6px 26px;margin:12px 0}
    .place div{min-width:0}
    .place dt{font-size:11.5px;color:var(--ink-2)}
    .place dd{margin:0;font-size:13px;overflow-wrap:anywhere}
    .todo{background:var(--soft);border-radius:7px;padding:9px 13px;margin:12px 0;max-width:110ch}
    .todo b,.here b,.ends b{margin-right:5px}
    .here,.ends{margin:8px 0;max-width:110ch}
    .path{font-size:13.5px;margin:6px 0;padding-left:26px}
    .path .end{color:var(--bad)}
    .legend{font-size:12.5px;margin:4px 0 0}
    pre .marked{color:var(--bad)}
    .more{font-size:13.5px;margin-top:16px}
    .more li{font-family:Consolas,Menlo,"Liberation Mono",monospace;font-size:12.5px;
    overflow-wrap:anywhere}
    .source{margin:8px 0;border:1px solid var(--hair);border-radius:7px;overflow:hidden}
    .source figcaption{font-size:12.5px;padding:3px 12px;background:var(--soft);color:var(--ink-2)}
    .source pre{margin:0;padding:6px 0;font-size:12.5px;line-height:1.45;overflow-x:auto}
    .source pre span{display:inline-block;min-width:100%;padding:0 12px 0 4px}
    .source i{font-style:normal;color:var(--ink-2);user-select:none}
    .source .hit{background:var(--routine)}.source .hit b{color:var(--accent)}
    .source .deciding{background:var(--bad-soft)}.source .deciding b{color:var(--bad)}

    """

  private static let tree = """
    .tree{font-size:13.5px}
    .tree ol{list-style:none;margin:0;padding:0 0 0 17px;border-left:1px solid var(--hair)}
    .tree>ol{padding-left:4px;border-left:3px solid var(--routine)}
    .tree .thread{margin:8px 0 2px;font-size:12px;color:var(--ink-2)}
    .ev{display:flex;gap:10px;align-items:baseline;padding:2px 6px;border-radius:4px}
    .ev:hover{background:var(--soft)}
    .ev .no{flex:none;min-width:20px;text-align:center;font-size:11px;color:var(--ink-2);
    background:var(--soft);border-radius:9px;padding:0 4px;font-variant-numeric:tabular-nums}
    .ev .what{flex:1;min-width:180px;overflow-wrap:anywhere}
    .ev .note{color:var(--lock)}
    .ev.deciding{background:var(--bad-soft)}.ev.deciding .note{color:var(--bad)}
    .ev.deciding .no{background:var(--bad);color:var(--paper)}
    .ev .state{flex:none;width:clamp(110px,10vw,150px);font-size:12px;color:var(--ink-2);overflow-wrap:anywhere}
    .ev .state.new{color:var(--accent);font-weight:650}
    .ev .state.end{color:var(--bad);font-weight:650}
    .ev .src,.ev .line,.ev .time{flex:none;font-size:12px;color:var(--ink-2)}
    .ev .src{width:clamp(120px,12vw,190px);overflow-wrap:anywhere}
    .ev .line{width:76px;overflow-wrap:anywhere}
    .ev .time{width:76px;text-align:right}
    @media screen and (min-width:800px){.index>summary{list-style:none;cursor:auto}
    .index::details-content{content-visibility:visible;display:block;block-size:auto}}
    @media screen and (max-width:1100px){.columns{grid-template-columns:220px minmax(0,1fr);gap:20px}}
    @media screen and (max-width:800px){.columns{display:block}nav{padding:14px 0 0}
    nav li li{padding:5px 0 5px 2px}#filters{padding:12px 14px}}
    @media screen and (max-width:820px){.ev{flex-wrap:wrap;gap:0 10px}.ev .what{flex-basis:80%}
    .ev .state,.ev .src,.ev .line,.ev .time{width:auto}header{padding:14px 14px 0}.columns{padding:0 14px}
    .tree ol{padding-left:9px}}

    """

  private static let timeLine = """
    .tl{font:10.5px "Segoe UI",Helvetica,Arial,"Liberation Sans",sans-serif;display:block}
    .tl text{fill:var(--ink)}
    .tl .lane{fill:var(--soft);opacity:.6}
    .tl .name,.tl .time{fill:var(--ink-2);font-size:11px}
    .tl .time{text-anchor:middle;font-variant-numeric:tabular-nums}
    .tl .routine rect{fill:var(--routine);stroke:var(--accent);stroke-width:.6}
    .tl .call rect{fill:var(--call);stroke:var(--edge);stroke-width:.6}
    .tl .open rect{stroke-dasharray:4 3}
    .tl .mark circle{fill:var(--paper);stroke:var(--edge);stroke-width:1.3}
    .tl .mark.acquire circle{fill:var(--lock-soft);stroke:var(--lock);stroke-width:2}
    .tl .mark.release circle{stroke:var(--lock);stroke-width:2}
    .tl .mark.refused circle{stroke:var(--lock);stroke-dasharray:3 2}
    .tl .mark.deciding circle{fill:var(--bad);stroke:var(--bad)}
    .tl .mark.deciding .no{fill:var(--paper);font-weight:700}
    .tl .mark.deciding .word{fill:var(--bad);font-weight:700}
    .tl .no,.tl .word,.tl .hold text{text-anchor:middle}
    .tl .word{fill:var(--ink-2)}
    .tl .decides{stroke:var(--bad);stroke-width:1.4;stroke-dasharray:4 3;fill:none}
    .tl .cut{fill:var(--paper)}
    .tl .hold rect{fill:var(--lock-soft);stroke:var(--lock);stroke-width:.8}
    .tl .hold text{fill:var(--lock);font-weight:700}

    """

  private static let paper = """
    @media print{
    :root{--paper:#fff;--ground:#fff;--ink:#000;--ink-2:#444;--soft:#f1f3f6;--edge:#777;--hair:#ccc;
    --accent:#0b5cad;--bad:#b3261e;--bad-soft:#fdecea;--warn:#8a5300;--warn-soft:#fdf1dc;
    --good:#1f7a33;--good-soft:#e6f4e9;--lock:#6b4bb8;--lock-soft:#e6dff6;--routine:#dbe7f5;
    --call:#e9ecf0;color-scheme:light}
    *{print-color-adjust:exact;-webkit-print-color-adjust:exact}
    body{font-size:10pt}
    @page{margin:14mm}
    header,.columns{padding:0;max-width:none}
    .columns{display:block}
    #filters{display:none}
    nav{position:static;max-height:none;columns:2}
    .fault{content-visibility:visible}
    nav li.rule,.ev,tr,.source,svg,h2,h3,.todo,.place div{break-inside:avoid}
    h2,h3,.says,.fault>summary,.thread{break-after:avoid}
    details::details-content{content-visibility:visible;display:block;height:auto}
    .fault>summary::before{content:""!important}
    .about summary,.more summary,.panel summary{list-style:none;color:inherit;font-weight:650}
    .scroll{overflow:visible}
    .scroll svg{max-width:100%;min-width:0!important;height:auto}
    .ev .state{width:95px}.ev .src{width:120px}.ev .line{width:58px}.ev .time{width:58px}
    .ev .what{min-width:120px}
    .source pre{white-space:pre-wrap}
    a{color:inherit}
    }

    """
}
