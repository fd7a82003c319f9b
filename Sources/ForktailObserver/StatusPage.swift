import ForktailSystem
import ForktailValues

/// The live page: a table that a script, where it runs, turns into tiles and charts.
struct StatusPage {
    private let sight: Sight
    private let events: [JournalEvent]

    init(_ sight: Sight, _ events: [JournalEvent]) {
        self.sight = sight
        self.events = events
    }

    var html: String {
        let table = StatusTable(sight, by: .slot)
        let now = WallClock.now().milliseconds
        let lastHour = events.filter { $0.milliseconds > now - 3_600_000 }.suffix(200)
        let list = lastHour.reversed().map { event in
            "<li class=\"\(event.level.rawValue)\"><time>"
                + "\(WallClock(milliseconds: event.milliseconds).timestamp.dropFirst(11).prefix(8))"
                + "</time> \(event.message.inHTML)</li>"
        }
        let rows = table.rows.map { row in
            "<tr>" + row.map { "<td>\($0.inHTML)</td>" }.joined() + "</tr>"
        }
        let header = StatusTable.titles.map { "<th>\($0)</th>" }.joined()
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <link rel="icon" href="data:,">
            <noscript><meta http-equiv="refresh" content="5"></noscript>
            <title>\(sight.service.title.inHTML)</title>
            <style>\(Self.style)</style>
            </head>
            <body>
            <header><h1>\(sight.service.title.inHTML)</h1>
            <p id="headline">\(table.headline.inHTML)</p></header>
            <main>
            <section id="figures" hidden></section>
            <section id="charts" hidden>
            <figure><figcaption>Requests per second <b id="rate"></b></figcaption>
            <svg id="rates" viewBox="0 0 600 120" preserveAspectRatio="none" role="img"
            aria-label="requests per second in the last ten minutes"></svg></figure>
            <figure><figcaption>Latency, <span class="a">p50</span> and <span class="b">p99</span>
            <b id="latency"></b></figcaption>
            <svg id="latencies" viewBox="0 0 600 120" preserveAspectRatio="none" role="img"
            aria-label="p50 and p99 in the last ten minutes"></svg></figure>
            </section>
            <section><h2>Workers</h2><div id="tiles" hidden></div>
            <div id="table"><table><thead><tr>\(header)</tr></thead>
            <tbody>\(rows.joined(separator: "\n"))</tbody></table></div></section>
            <section><h2>The last hour</h2><ol id="events">\(list.joined(separator: "\n"))</ol></section>
            </main>
            <script>\(Self.script)</script>
            </body>
            </html>

            """
    }

    private static let style = """
        :root { --back: #f6f7f9; --card: #fff; --text: #1b2330; --soft: #5b6675; --line: #d8dde5;
          --a: #1769c2; --b: #b4540a; --good: #1d7a46; --bad: #b3261e; }
        @media (prefers-color-scheme: dark) { :root { --back: #12161c; --card: #1b2129;
          --text: #e6eaf0; --soft: #9aa6b5; --line: #313a46; --a: #6cb2ff; --b: #ffb066;
          --good: #62d394; --bad: #ff8a80; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--back); color: var(--text);
          font: 15px/1.45 system-ui, sans-serif; }
        header, main { max-width: 1100px; margin: auto; padding: 0.6rem 1rem; }
        h1 { font-size: 1.25rem; margin: 0.4rem 0 0; } h2 { font-size: 1rem; margin: 1.4rem 0 0.5rem; }
        header p { margin: 0.2rem 0; color: var(--soft); }
        #figures, #tiles, #charts { display: grid; gap: 0.6rem;
          grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); }
        #charts { grid-template-columns: repeat(auto-fit, minmax(280px, 1fr)); margin-top: 0.6rem; }
        [hidden] { display: none !important; }
        .card, figure { background: var(--card); border: 1px solid var(--line); border-radius: 8px;
          padding: 0.5rem 0.7rem; margin: 0; overflow: hidden; }
        .card b { display: block; font-size: 1.2rem; font-variant-numeric: tabular-nums; }
        .card small { color: var(--soft); overflow-wrap: anywhere; display: block; }
        .busy, .receiving { border-left: 4px solid var(--b); } .idle, .ready { border-left: 4px solid var(--good); }
        .booting, .leaving, .unknown { border-left: 4px dashed var(--soft); }
        svg { width: 100%; height: 120px; display: block; }
        path { fill: none; stroke-width: 1.5; vector-effect: non-scaling-stroke; }
        path.a { stroke: var(--a); } path.b { stroke: var(--b); }
        .a { color: var(--a); } .b { color: var(--b); }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        #table { overflow-x: auto; }
        th, td { text-align: left; padding: 0.25rem 0.7rem 0.25rem 0; white-space: nowrap;
          border-bottom: 1px solid var(--line); } th { color: var(--soft); font-weight: 600; }
        ol { list-style: none; padding: 0; margin: 0; } li { padding: 0.15rem 0;
          overflow-wrap: anywhere; } time { color: var(--soft); font-variant-numeric: tabular-nums; }
        .error, .critical { color: var(--bad); } .warning { color: var(--b); }
        """

    private static let script = """
        "use strict";
        const at = id => document.getElementById(id);
        const time = s => s < 1 ? Math.round(s * 1000) + " ms" : s < 60 ? s.toFixed(1) + " s"
          : s < 3600 ? Math.floor(s / 60) + " m " + Math.floor(s % 60) + " s"
          : s < 172800 ? Math.floor(s / 3600) + " h " + Math.floor(s / 60 % 60) + " m"
          : Math.floor(s / 86400) + " d " + Math.floor(s / 3600 % 24) + " h";
        const short = s => s == null ? "–" : s < 0.001 ? Math.round(s * 1e6) + " µs"
          : s < 1 ? +(s * 1000).toPrecision(2) + " ms" : s.toFixed(1) + " s";
        const rate = n => (n < 10 ? n : Math.round(n)).toLocaleString("en");
        function card(parent, value, label, more, kind) {
          const card = document.createElement("div");
          card.className = "card " + (kind || "");
          for (const [name, text] of [["small", label], ["b", value], ["small", more]]) {
            if (text == null) continue;
            const part = document.createElement(name);
            part.textContent = text;
            card.append(part);
          }
          parent.append(card);
        }
        function line(kind, values, top) {
          let path = "", pen = "M";
          values.forEach((value, index) => {
            if (value == null) { pen = "M"; return; }
            const x = 600 - (values.length - 1 - index), y = 117 - value / top * 110;
            path += pen + x + " " + y.toFixed(1);
            pen = "L";
          });
          const element = document.createElementNS("http://www.w3.org/2000/svg", "path");
          element.setAttribute("class", kind);
          element.setAttribute("d", path);
          return element;
        }
        function chart(id, lines) {
          const top = Math.max(1e-9, ...lines.flatMap(([, values]) => values.map(v => v || 0)));
          at(id).replaceChildren(...lines.map(([kind, values]) => line(kind, values, top)));
        }
        function show(status, history, events) {
          const queue = status.listeners.map(l => l.queue == null ? "?" : l.queue + "/" + l.limit);
          const reload = status.last_reload;
          at("headline").textContent = "pid " + status.pid + ", up " + time(status.uptime_seconds)
            + ", generation " + status.generation + (reload ? ", reloaded "
            + time(reload.seconds_ago) + " ago, " + (reload.ok ? "ok" : "failed: " + reload.reason) : "")
            + (status.state == "serving" ? "" : ", " + status.state);
          const figures = at("figures"), total = status.total, workers = status.workers;
          figures.replaceChildren();
          card(figures, workers.ready + " of " + workers.wanted, "workers ready",
            workers.busy + " busy" + (workers.max == null ? "" : ", " + workers.min + " to "
            + workers.max + " by load"));
          const step = status.last_scaling;
          if (step) card(figures, step.from + " → " + step.to, "workers, "
            + time(step.seconds_ago) + " ago", step.reason);
          card(figures, queue.join(", ") || "–", "queue");
          card(figures, total.requests.toLocaleString("en"), "requests",
            rate(total.requests_per_second) + " a second");
          card(figures, total.answers["5xx"].toLocaleString("en"), "answers 5xx",
            total.answers["4xx"].toLocaleString("en") + " × 4xx");
          card(figures, short(total.p50_seconds) + " / " + short(total.p99_seconds), "p50 / p99");
          const tiles = at("tiles");
          tiles.replaceChildren();
          for (const slot of status.slots) {
            card(tiles, slot.state + " " + time(slot.seconds), "worker " + slot.slot + ", pid "
              + slot.pid, (slot.request ? slot.request.method + " " + slot.request.target + " · " : "")
              + (slot.requests == null ? "" : slot.requests.toLocaleString("en") + " requests · ")
              + (slot.memory_bytes == null ? "" : Math.round(slot.memory_bytes / 1048576) + " MB"),
              slot.state);
          }
          const column = n => history.rows.map(row => row[n]);
          chart("rates", [["a", column(1)]]);
          chart("latencies", [["a", column(3)], ["b", column(4)]]);
          const last = history.rows[history.rows.length - 1];
          at("rate").textContent = last
            ? rate(last[1]) + " (most: " + rate(Math.max(...column(1))) + ")" : "";
          at("latency").textContent = last && last[3] != null
            ? short(last[3] / 1000) + " / " + short(last[4] / 1000) : "";
          const since = Date.now() - 3600000;
          at("events").replaceChildren(...events.filter(e => Date.parse(e.time) > since).slice(-200)
            .reverse().map(event => {
              const item = document.createElement("li"), when = document.createElement("time");
              item.className = event.level;
              when.textContent = event.time.slice(11, 19);
              item.append(when, " " + event.message);
              return item;
            }));
          for (const id of ["figures", "charts", "tiles"]) at(id).hidden = false;
          at("table").hidden = true;
          document.body.dataset.live = "yes";
        }
        function update() {
          const get = path => fetch(path).then(answer => answer.json());
          Promise.all([get("status"), get("history"), get("events")])
            .then(values => show(...values))
            .catch(error => { at("headline").textContent = "no answer: " + error.message; })
            .then(() => setTimeout(update, document.hidden ? 10000 : 2000));
        }
        update();
        """
}

extension String {
    /// The text as HTML shows it.
    fileprivate var inHTML: String { printable.escapedForHTML }
}
