namespace Mien.Evaluation;

/// <summary>The style sheet of the page: system fonts, light and dark, nothing from elsewhere.</summary>
internal static class HtmlStyle
{
    public const string Sheet = """
        :root{color-scheme:light dark;--bg:#f6f7f9;--surface:#fff;--ink:#1b1f24;--soft:#59636e;--line:#d9dee4;--accent:#1f5fbf;--second:#c25e00;--third:#0f7b6c;--heat:65%}
        @media (prefers-color-scheme:dark){:root{--bg:#111418;--surface:#1a1f25;--ink:#e8ebef;--soft:#9aa6b2;--line:#323a43;--accent:#7fb0ff;--second:#ffab5e;--third:#5fd0bd;--heat:50%}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
        main{max-width:72rem;margin:0 auto;padding:2rem 1.25rem 4rem}
        h1{font-size:1.7rem;line-height:1.25;margin:0;overflow-wrap:anywhere}
        h2{font-size:1.15rem;margin:0 0 .75rem}
        header p,.note,figcaption{color:var(--soft)}
        header p{margin:.25rem 0 1.5rem;overflow-wrap:anywhere}
        section{background:var(--surface);border:1px solid var(--line);border-radius:.75rem;padding:1.25rem;margin-top:1.25rem;min-width:0}
        .note{font-size:.9rem;margin:.5rem 0 0;max-width:48rem}
        dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(11.5rem,1fr));gap:.75rem;margin:0}
        dl div{background:var(--surface);border:1px solid var(--line);border-radius:.75rem;padding:.8rem 1rem}
        dt{color:var(--soft);font-size:.85rem}
        dd{margin:0}
        dd.figure{font-size:1.5rem;font-weight:650;font-variant-numeric:tabular-nums}
        dd.aside{font-size:.85rem;color:var(--soft)}
        .pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1.25rem}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
        th,td{padding:.35rem .5rem;text-align:right;border-bottom:1px solid var(--line)}
        th{font-weight:600;font-size:.9rem}
        th[scope=row]{text-align:left}
        .matrix{border-collapse:separate;border-spacing:2px;min-width:38rem}
        .matrix th,.matrix td{border:0}
        .matrix td{text-align:center;border-radius:.3rem;line-height:1.25;padding:.45rem .25rem;background:color-mix(in srgb,var(--accent) calc(var(--s)*var(--heat)),var(--bg))}
        .matrix td small{display:block;font-size:.75rem}
        .matrix thead th{text-align:center}
        svg{display:block;width:100%;height:auto;max-width:34rem;margin:0 auto}
        svg text{fill:var(--soft);font-size:12px}
        .axis{stroke:var(--line);stroke-width:1}
        .diagonal{stroke:var(--soft);stroke-width:1.5;stroke-dasharray:5 4}
        .a{fill:var(--accent)}.b{fill:var(--second)}.c{fill:var(--third)}
        .curve{fill:none;stroke:var(--accent);stroke-width:2}
        .panels{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,19rem),1fr));gap:1.25rem;margin-bottom:1rem}
        .whisker{stroke:var(--accent);stroke-width:1.5}
        .faint{fill:var(--accent);opacity:.35}
        .faces{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:1rem;padding:0;margin:0;list-style:none}
        figure{margin:0}
        .faces img{width:100%;aspect-ratio:1;object-fit:contain;image-rendering:pixelated;border-radius:.4rem;background:var(--bg)}
        figcaption{font-size:.85rem;line-height:1.35;margin-top:.35rem;overflow-wrap:anywhere}
        figcaption strong{color:var(--ink)}
        figcaption code{font-size:.75rem}
        @media print{:root{color-scheme:light;--bg:#fff;--surface:#fff;--ink:#000;--soft:#444;--line:#bbb;--accent:#1f5fbf;--second:#c25e00;--third:#0f7b6c;--heat:65%}section{break-inside:avoid}td{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
        """;
}
