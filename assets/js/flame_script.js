/* SPDX-License-Identifier: MIT
 *
 * The script inside an exported flame graph: zoom by click, search by regular expression, a line of facts. One
 * function without imports: its own text goes into the file, from the program (built alone, see the Makefile) and from
 * the page. It knows frames only as elements; a frame is inside another when its interval is. */

export function flameScript(svg) {
    const GLYPH = 7.225, EPS = 0.0015, LEFT = 10, WIDE = 1180, byId = (id) => svg.ownerDocument.getElementById(id);
    const frames = Array.from(byId("frames").children, (g) => {
        const [title, rect, text] = g.children, [name, facts] = title.textContent.split("\n"), number = (key) => Number(rect.getAttribute(key));
        return { g, rect, text, name, facts, x: number("x"), w: number("width"), y: number("y") };
    });
    if (!frames.length) return;
    const root = frames[0], upwards = frames.length > 1 && frames[1].y < root.y;
    const isInside = (f, a) => f.x >= a.x - EPS && f.x + f.w <= a.x + a.w + EPS && (upwards ? f.y <= a.y : f.y >= a.y);
    let zoomed = root, regex = null;

    function make(x, y, anchor, text, act) {
        const t = svg.ownerDocument.createElementNS("http://www.w3.org/2000/svg", "text");
        t.setAttribute("x", x);
        t.setAttribute("y", y);
        t.setAttribute("text-anchor", anchor);
        t.textContent = text;
        if (act) {
            t.setAttribute("fill", "#1858c8");
            t.setAttribute("role", "button");
            t.setAttribute("tabindex", "0");
            t.style.cursor = "pointer";
            t.addEventListener("click", act);
            t.addEventListener("keydown", (e) => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); act(); } });
        }
        svg.appendChild(t);
        return t;
    }

    function fit(f, width) {
        const room = Math.floor((width - 6) / GLYPH), letters = Array.from(f.name);
        return room >= letters.length ? f.name : room < 3 ? "" : letters.slice(0, room - 1).join("") + "\u2026";
    }

    function zoom(to) {
        zoomed = to;
        for (const f of frames) {
            const below = isInside(f, to), above = !below && isInside(to, f);
            f.g.style.display = below || above ? "" : "none";
            if (!below && !above) continue;
            const x = below ? LEFT + (f.x - to.x) / to.w * WIDE : LEFT, w = below ? f.w / to.w * WIDE : WIDE;
            f.rect.setAttribute("x", x);
            f.rect.setAttribute("width", w);
            f.rect.setAttribute("opacity", above ? 0.5 : 1);
            f.text.setAttribute("x", x + 3);
            f.text.textContent = fit(f, w);
        }
        reset.style.display = to === root ? "none" : "";
        light();
    }

    /* What matches, outermost frames only, as a share of the zoomed frame. */
    function light() {
        let sum = 0, n = 0, last = null;
        for (const f of frames) {
            const hit = regex !== null && f !== root && regex.test(f.name);
            f.g.setAttribute("fill-opacity", regex === null || hit ? 1 : 0.25);
            f.rect.setAttribute("stroke", hit ? "#14120d" : "none");
            if (!hit || !isInside(f, zoomed)) continue;
            n++;
            if (last && isInside(f, last)) continue;
            sum += f.w;
            last = f;
        }
        matched.textContent = regex === null ? "" : `${(100 * sum / zoomed.w).toPrecision(3)} % matched, ${n} ${n === 1 ? "frame" : "frames"}`;
        clear.style.display = regex === null ? "none" : "";
    }

    function search(text) {
        if (text === null) return;
        try { regex = text ? new RegExp(text, "i") : null; } catch { regex = new RegExp(text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"), "i"); }
        light();
    }
    const ask = () => search(prompt("Search for a regular expression (upper and lower case are the same)", regex ? regex.source : ""));

    const foot = Number(svg.getAttribute("height")) - 12;
    make(1190, 24, "end", "Search", ask);
    const reset = make(1120, 24, "end", "Reset zoom", () => zoom(root)), clear = make(1190, 44, "end", "Clear search", () => search(""));
    const matched = make(1190, foot, "end", ""), info = make(10, foot, "start", "");
    for (const f of frames) {
        f.rect.style.cursor = f.text.style.cursor = "pointer";
        f.text.style.pointerEvents = "none";
        f.g.addEventListener("click", () => zoom(f));
        f.g.addEventListener("mouseover", () => { info.textContent = `${f.name.slice(0, 110)} \u00b7 ${f.facts}`; });
    }
    svg.ownerDocument.addEventListener("keydown", (e) => {
        if (e.key === "/" || ((e.ctrlKey || e.metaKey) && e.key === "f")) { e.preventDefault(); ask(); }
        else if (e.key === "Escape" && regex) search("");
        else if (e.key === "Escape") zoom(root);
    });
    zoom(root);
    return { zoom: (i) => zoom(frames[i]), search, frames };
}
