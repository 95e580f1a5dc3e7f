"use strict";
// The interactive chart of a video. Times are in milliseconds, probabilities in thousandths.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const root = document.documentElement;
  const find = id => document.getElementById(id);
  if (data.tracks.length === 0) {
    return;
  }

  const minSpan = 200;
  const full = { from: data.from, to: data.to };
  const view = { ...full };
  const hidden = new Set();
  const pad = { left: 46, right: 10, top: 8, strip: 18, bottom: 22 };
  let raw = false;
  let cursor = null;
  let queued = false;

  const make = (tag, name, text) => {
    const element = document.createElement(tag);
    element.className = name || "";
    element.textContent = text || "";
    return element;
  };
  const clock = (ms, decimals) => {
    const unit = 10 ** decimals;
    const total = Math.round(Math.abs(ms) / 1000 * unit) / unit;
    const whole = Math.floor(total);
    const two = n => String(n).padStart(2, "0");
    const rest = (whole % 60 + total - whole).toFixed(decimals).padStart(decimals ? 3 + decimals : 2, "0");
    const sign = ms < 0 && total > 0 ? "-" : "";
    return sign + (whole >= 3600
      ? `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${rest}`
      : `${Math.floor(whole / 60)}:${rest}`);
  };
  const percent = thousandths => `${Math.round(thousandths / 10)} %`;

  // The line of a label, as a small picture.
  const swatch = label => {
    const names = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(names, "svg");
    svg.setAttribute("width", 28);
    svg.setAttribute("height", 10);
    svg.setAttribute("aria-hidden", "true");
    const draw = (color, width) => {
      const line = document.createElementNS(names, "line");
      const set = { x1: 0, x2: 28, y1: 5, y2: 5, stroke: color, "stroke-width": width };
      Object.entries(set).forEach(([key, value]) => line.setAttribute(key, value));
      line.setAttribute("stroke-dasharray", label.dash.join(" "));
      svg.append(line);
    };
    if (label.light) {
      draw("var(--edge)", 4);
    }

    draw(label.color, 2.5);
    return svg;
  };

  const ticks = (from, to, count) => {
    const steps = [
      100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5, 18e6, 36e6];
    const rough = (to - from) / count;
    const step = steps.find(s => s >= rough) || Math.ceil(rough / 864e5) * 864e5;
    const found = [];
    for (let n = Math.ceil(from / step); n * step <= to; n++) {
      found.push([n * step, clock(n * step, step < 1000 ? 1 : 0)]);
    }

    return found;
  };

  const refresh = () => {
    if (!queued) {
      queued = true;
      requestAnimationFrame(() => {
        queued = false;
        panels.forEach(panel => panel.draw());
        showCursor();
      });
    }
  };
  const setView = (from, to) => {
    const span = Math.min(full.to - full.from, Math.max(Math.min(minSpan, full.to - full.from), to - from));
    const middle = (from + to) / 2;
    view.from = Math.min(Math.max(full.from, middle - span / 2), full.to - span);
    view.to = view.from + span;
    refresh();
  };
  const zoom = (factor, at) => {
    const center = at === undefined ? cursor !== null && inView(cursor) ? cursor : (view.from + view.to) / 2 : at;
    setView(center - (center - view.from) * factor, center + (view.to - center) * factor);
  };
  const inView = time => time >= view.from && time <= view.to;
  const pan = share => setView(view.from + share * (view.to - view.from), view.to + share * (view.to - view.from));

  // The bin at a time; -1 where the face was not seen.
  const binAt = (track, time) => {
    let low = 0;
    let high = track.t.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (track.t[middle] <= time) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }

    const next = low + 1;
    const slack = Math.max(data.bin, 4 * (view.to - view.from) / 1000);
    if (time < track.t[low]) {
      return track.t[low] - time <= slack ? low : -1;
    }

    if (next < track.t.length && !track.after.has(next)) {
      return time - track.t[low] <= track.t[next] - time ? low : next;
    }

    if (time <= track.end[low] + slack) {
      return low;
    }

    return next < track.t.length && track.t[next] - time <= slack ? next : -1;
  };
  const values = (track, bin) => (raw ? track.raw : track.smoothed)[bin];
  const topOf = row => row.reduce((top, value, i) => value > row[top] ? i : top, 0);

  // Averages neighbouring bins where there are more than pixels. Never across a gap.
  const runsIn = (track, width) => {
    let first = track.t.findIndex(time => time >= view.from);
    first = first < 0 ? track.t.length - 1 : Math.max(0, first - 1);
    let last = first;
    while (last < track.t.length - 1 && track.t[last] <= view.to) {
      last++;
    }

    const size = Math.max(1, Math.ceil((last - first + 1) / (1.5 * width)));
    const runs = [];
    for (let i = first; i <= last;) {
      if (i === first || track.after.has(i)) {
        runs.push([]);
      }

      const row = values(track, i).slice();
      let time = track.t[i];
      let next = i + 1;
      for (; next <= last && next < i + size && !track.after.has(next); next++) {
        values(track, next).forEach((value, j) => { row[j] += value; });
        time += track.t[next];
      }

      const count = next - i;
      const smoothed = track.smoothed[i + (count >> 1)];
      runs[runs.length - 1].push({
        time: time / count, end: track.end[next - 1], row: row.map(value => value / count), top: topOf(smoothed) });
      i = next;
    }

    return runs;
  };

  const createPanel = track => {
    track.after = new Set(track.gaps);
    const article = make("article", "track");
    const about = make("div");
    about.append(make("h2", "", `Track ${track.id}`));
    if (track.thumbnail) {
      const image = make("img");
      image.src = track.thumbnail;
      image.alt = `Face of track ${track.id}`;
      about.append(image);
    }

    track.about.forEach(fact => about.append(make("p", "about", fact)));
    const plot = make("div", "plot");
    plot.tabIndex = 0;
    plot.setAttribute("role", "slider");
    plot.setAttribute("aria-label", `Track ${track.id}: probabilities over time`);
    plot.setAttribute("aria-valuemin", full.from / 1000);
    plot.setAttribute("aria-valuemax", full.to / 1000);
    const canvas = make("canvas");
    const line = make("div", "cursor");
    const tip = make("div", "tip");
    line.hidden = tip.hidden = true;
    plot.append(canvas, line, tip);
    article.append(about, plot);
    find("panels").append(article);

    const width = () => plot.clientWidth - pad.left - pad.right;
    const x = time => pad.left + (time - view.from) / (view.to - view.from) * width();
    const timeAt = place => view.from + (place - pad.left) / width() * (view.to - view.from);

    const draw = () => {
      const ratio = window.devicePixelRatio || 1;
      const w = plot.clientWidth;
      const h = plot.clientHeight;
      canvas.width = Math.round(w * ratio);
      canvas.height = Math.round(h * ratio);
      const g = canvas.getContext("2d");
      const style = getComputedStyle(root);
      const color = name => style.getPropertyValue(name).trim();
      const bottom = h - pad.bottom - pad.strip - 4;
      const right = w - pad.right;
      const y = value => bottom - value / 1000 * (bottom - pad.top);
      const runs = runsIn(track, width());
      g.scale(ratio, ratio);
      g.font = "12px system-ui, sans-serif";
      g.fillStyle = color("--unseen");
      g.fillRect(pad.left, pad.top, right - pad.left, bottom - pad.top);
      g.fillRect(pad.left, bottom + 4, right - pad.left, pad.strip);

      g.save();
      g.beginPath();
      g.rect(pad.left, 0, right - pad.left, h);
      g.clip();
      g.fillStyle = color("--card");
      runs.forEach(run => {
        const left = x(run[0].time);
        g.fillRect(left, pad.top, Math.max(1, x(run[run.length - 1].end) - left), bottom - pad.top);
      });
      g.restore();

      g.lineWidth = 1;
      g.strokeStyle = color("--grid");
      g.fillStyle = color("--soft");
      g.textAlign = "right";
      g.textBaseline = "middle";
      [0, 250, 500, 750, 1000].forEach(value => {
        g.beginPath();
        g.moveTo(pad.left, Math.round(y(value)) + 0.5);
        g.lineTo(right, Math.round(y(value)) + 0.5);
        g.stroke();
        if (value % 500 === 0) {
          g.fillText(percent(value), pad.left - 5, y(value));
        }
      });
      g.textAlign = "center";
      g.textBaseline = "alphabetic";
      ticks(view.from, view.to, Math.max(2, Math.floor(width() / 90))).forEach(([time, text]) => {
        const place = Math.round(x(time)) + 0.5;
        g.beginPath();
        g.moveTo(place, pad.top);
        g.lineTo(place, bottom);
        g.stroke();
        g.fillText(text, Math.min(Math.max(place, pad.left), right - 12), h - 6);
      });

      g.save();
      g.beginPath();
      g.rect(pad.left, 0, right - pad.left, h);
      g.clip();
      g.strokeStyle = color("--soft");
      g.setLineDash([3, 3]);
      data.cuts.filter(inView).forEach(time => {
        g.beginPath();
        g.moveTo(Math.round(x(time)) + 0.5, pad.top);
        g.lineTo(Math.round(x(time)) + 0.5, bottom + 4 + pad.strip);
        g.stroke();
      });
      g.setLineDash([]);
      g.lineJoin = "round";
      data.labels.forEach((label, i) => {
        if (hidden.has(i)) {
          return;
        }

        const path = new Path2D();
        runs.forEach(run => {
          run.forEach((bin, j) => path[j ? "lineTo" : "moveTo"](x(bin.time), y(bin.row[i])));
          if (run.length === 1) {
            path.arc(x(run[0].time), y(run[0].row[i]), 1.5, 0, 7);
          }
        });
        g.setLineDash(label.dash);
        if (label.light) {
          g.strokeStyle = color("--edge");
          g.lineWidth = 3.4;
          g.stroke(path);
        }

        g.strokeStyle = label.color;
        g.lineWidth = 2;
        g.stroke(path);
      });
      g.setLineDash([]);
      runs.forEach(run => {
        for (let i = 0; i < run.length;) {
          let next = i + 1;
          while (next < run.length && run[next].top === run[i].top) {
            next++;
          }

          const label = data.labels[run[i].top];
          const left = x(run[i].time);
          const end = Math.max(left + 1, x(next < run.length ? run[next].time : run[run.length - 1].end));
          g.fillStyle = label.color;
          g.fillRect(left, bottom + 4, end - left, pad.strip);
          const from = Math.max(left, pad.left);
          const to = Math.min(end, right);
          if (g.measureText(label.name).width + 8 < to - from) {
            g.fillStyle = label.light ? "#000" : "#fff";
            g.fillText(label.name, (from + to) / 2, bottom + 4 + pad.strip - 5);
          }

          i = next;
        }
      });
      g.restore();
    };

    const show = () => {
      const visible = cursor !== null && inView(cursor);
      line.hidden = !visible;
      const active = plot.matches(":hover") || document.activeElement === plot;
      tip.hidden = !visible || !active;
      if (!visible) {
        return;
      }

      line.style.left = `${x(cursor)}px`;
      const bin = binAt(track, cursor);
      const row = bin < 0 ? null : values(track, bin);
      plot.setAttribute("aria-valuenow", cursor / 1000);
      const top = row && topOf(row);
      const text = row ? `${data.labels[top].name} ${percent(row[top])}` : "not seen";
      plot.setAttribute("aria-valuetext", `${clock(cursor, 2)}, ${text}`);
      if (tip.hidden) {
        return;
      }

      tip.replaceChildren(make("b", "", clock(row ? track.t[bin] : cursor, 2)));
      if (row) {
        data.labels.forEach((label, i) => {
          const entry = make("span", i === top ? "top" : "");
          entry.append(swatch(label), make("i", "", label.name), percent(row[i]));
          tip.append(entry);
        });
      } else {
        tip.append("not seen");
      }

      const room = plot.clientWidth - x(cursor);
      tip.style.left = room > tip.offsetWidth + 16 ? `${x(cursor) + 10}px` : "";
      tip.style.right = room > tip.offsetWidth + 16 ? "" : `${room + 10}px`;
    };

    listen(plot, track, timeAt, width);
    return { draw, show };
  };

  const showCursor = () => panels.forEach(panel => panel.show());
  const setCursor = time => {
    cursor = Math.min(Math.max(full.from, time), full.to);
    if (!inView(cursor)) {
      const span = view.to - view.from;
      setView(cursor - span / 2, cursor + span / 2);
    }

    showCursor();
  };

  const listen = (plot, track, timeAt, width) => {
    const pointers = new Map();
    const place = event => event.clientX - plot.getBoundingClientRect().left;
    plot.addEventListener("pointerdown", event => {
      pointers.set(event.pointerId, place(event));
      plot.setPointerCapture(event.pointerId);
      setCursor(Math.min(Math.max(view.from, timeAt(place(event))), view.to));
    });
    plot.addEventListener("pointermove", event => {
      const before = pointers.get(event.pointerId);
      const now = place(event);
      if (before === undefined) {
        cursor = Math.min(Math.max(view.from, timeAt(now)), view.to);
        showCursor();
        return;
      }

      const others = [...pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
      if (others.length > 0) {
        const old = Math.max(20, Math.abs(before - others[0]));
        zoom(old / Math.max(20, Math.abs(now - others[0])), timeAt((now + others[0]) / 2));
      } else {
        pan((before - now) / width());
      }

      pointers.set(event.pointerId, now);
    });
    ["pointerup", "pointercancel"].forEach(name =>
      plot.addEventListener(name, event => pointers.delete(event.pointerId)));
    plot.addEventListener("pointerleave", event => {
      if (event.pointerType === "mouse" && !pointers.size && document.activeElement !== plot) {
        cursor = null;
        showCursor();
      }
    });
    plot.addEventListener("wheel", event => {
      // The wheel scrolls a page that is higher than the window, until a plot has the focus.
      const scrolls = root.scrollHeight > window.innerHeight + 4;
      if (event.ctrlKey || document.activeElement === plot || !scrolls) {
        event.preventDefault();
        if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
          pan(event.deltaX / width());
        } else {
          zoom(Math.exp(Math.min(Math.max(event.deltaY, -200), 200) / 400), timeAt(place(event)));
        }
      }
    }, { passive: false });
    plot.addEventListener("dblclick", () => setView(full.from, full.to));
    plot.addEventListener("focus", () => {
      if (cursor === null) {
        setCursor(Math.max(view.from, track.t[0]));
      }

      showCursor();
    });
    plot.addEventListener("blur", showCursor);
    plot.addEventListener("keydown", event => {
      const step = (view.to - view.from) / (event.ctrlKey ? 20 : 200);
      const move = by => event.shiftKey ? pan(by * 0.2) : setCursor((cursor === null ? view.from : cursor) + by * step);
      const keys = {
        ArrowLeft: () => move(-1),
        ArrowRight: () => move(1),
        Home: () => setCursor(full.from),
        End: () => setCursor(full.to),
        "+": () => zoom(0.7),
        "=": () => zoom(0.7),
        "-": () => zoom(1 / 0.7),
        0: () => setView(full.from, full.to),
      };
      if (!event.altKey && !event.metaKey && Object.hasOwn(keys, event.key)) {
        event.preventDefault();
        keys[event.key]();
      }
    });
  };

  data.labels.forEach((label, i) => {
    const button = make("button");
    button.type = "button";
    button.append(swatch(label), label.name);
    button.setAttribute("aria-pressed", "true");
    button.addEventListener("click", () => {
      if (!hidden.delete(i)) {
        hidden.add(i);
      }

      button.setAttribute("aria-pressed", String(!hidden.has(i)));
      refresh();
    });
    find("legend").append(button);
  });
  find("raw").addEventListener("change", event => {
    raw = event.target.checked;
    refresh();
  });
  find("in").addEventListener("click", () => zoom(0.6));
  find("out").addEventListener("click", () => zoom(1 / 0.6));
  find("all").addEventListener("click", () => setView(full.from, full.to));

  const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");
  const setTheme = dark => {
    root.dataset.theme = dark ? "dark" : "light";
    find("theme").textContent = dark ? "Light" : "Dark";
    refresh();
  };
  let panels = [];
  find("theme").addEventListener("click", () => setTheme(root.dataset.theme !== "dark"));
  prefersDark.addEventListener("change", event => setTheme(event.matches));
  find("tools").hidden = false;
  panels = data.tracks.map(createPanel);
  setTheme(prefersDark.matches);
  window.addEventListener("resize", refresh);
  new ResizeObserver(refresh).observe(find("panels"));
})();
