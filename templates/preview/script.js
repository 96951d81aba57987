"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($("data").textContent);
  const root = document.documentElement;
  const language = root.lang;
  const words = data.words;
  const said = (name, number) => words[name].replace("{number}", number.toLocaleString(language));
  const counted = (number, one, many) => said(number === 1 ? one : many, number);

  // A back has one character where its whole front stands.
  const FRONT = "\ufdd0";
  const cards = data.days.flatMap((day, number) =>
    day.map(([note, template, front, back]) => {
      const of = data.notes[note];
      const type = data.types[of.type];
      const [key, name] = type.cards[template];
      return {
        note: of, type, template, name, front, day: number + 1,
        back: () => back.replace(FRONT, () => front),
        key: `${type.folder}/${of.id}/${key}`,
      };
    }));

  // What the person has chosen. It lives in the address, so that a reload or a link keeps it.
  const address = new URLSearchParams(location.hash.slice(1));
  const state = {
    q: address.get("q") || "",
    kind: address.get("kind") || "",
    topic: address.get("topic") || "",
    core: address.get("core") === "1",
    width: address.get("width") === "desktop" ? "desktop" : "phone",
    night: root.dataset.theme === "night",
    side: address.get("side") === "back" ? "back" : "front",
    at: Math.max(0, cards.findIndex((card) => card.key === address.get("card"))),
  };
  let shown = [];

  function remember() {
    const kept = new URLSearchParams();
    if (cards.length) kept.set("card", cards[state.at].key);
    for (const name of ["q", "kind", "topic"]) if (state[name]) kept.set(name, state[name]);
    if (state.core) kept.set("core", "1");
    if (state.side === "back") kept.set("side", "back");
    if (state.width === "desktop") kept.set("width", "desktop");
    kept.set("night", state.night ? "1" : "0");
    history.replaceState(null, "", `#${kept}`);
  }

  // What a person can read of a card: not its scripts, nor what it only keeps or chooses among.
  const paper = document.createElement("template");
  const UNREAD = "style, script, [hidden], .picture, .outline";
  const INLINE = /<\/?(?:a|b|code|em|i|strong|sub|sup)\b[^>]*>/g;
  const reader = document.createElement("textarea");
  function textOf(html) {
    reader.innerHTML = html.replace(INLINE, "").replace(/<[^>]*>/g, " ");
    return reader.value.replace(/\s+/g, " ").trim();
  }
  function laid(html) {
    paper.innerHTML = html;
    for (const unread of paper.content.querySelectorAll(UNREAD)) unread.remove();
    return paper.content;
  }

  // A front in two parts: its question, and what it tells one to do with it.
  function frontOf(card, html = card.front) {
    const front = laid(html);
    const part = (name) => {
      const found = front.querySelector(name);
      return found ? textOf(found.innerHTML) : "";
    };
    const asked = [part(".ask"), part(".context")].filter(Boolean).join(" · ");
    const told = [part(".instruction"), part(".kind")].filter(Boolean).join(" · ");
    return [asked || textOf(paper.innerHTML), told || `${card.type.name} · ${card.name}`];
  }

  // The list: every card once, by day; a filter hides rows.
  const list = $("list");
  const rows = [];
  const groups = [];

  function element(tag, name, text) {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function drawList() {
    let day = 0;
    cards.forEach((card, index) => {
      if (card.day !== day) {
        day = card.day;
        const group = element("div", "day");
        group.setAttribute("role", "group");
        const head = element("h2", "", said("day", day));
        head.append(element("span"));
        group.setAttribute("aria-label", head.textContent);
        group.append(head);
        groups.push({ group, number: head.lastChild, cards: [] });
      }
      const row = element("div", card.note.core ? "row core" : "row");
      row.id = `card-${index}`;
      row.setAttribute("role", "option");
      const [asked, told] = frontOf(card);
      row.append(element("b", "", asked), element("span", "", told));
      row.card = index;
      rows.push(row);
      groups.at(-1).group.append(row);
      groups.at(-1).cards.push(index);
    });
    list.append(...groups.map(({ group }) => group));
    list.addEventListener("click", (event) => {
      const row = event.target.closest(".row");
      if (!row) return;
      document.body.dataset.pane = "card";
      chooses(row.card);
    });
  }

  function options(select, entries) {
    for (const [value, text, number] of entries) {
      const option = element("option", "", `${text} (${number.toLocaleString(language)})`);
      option.value = value;
      select.append(option);
    }
  }

  const within = (path, topic) => path === topic || path.startsWith(`${topic}/`);

  function drawFilters() {
    options($("kind"), data.types.map((type) => [
      type.folder, type.name, cards.filter((card) => card.type === type).length]));
    options($("topic"), data.topics.map(([path, title]) => [
      path,
      path.includes("/") ? `\u2003${title}` : title,
      cards.filter((card) => card.note.topics.some((of) => within(of, path))).length]));
    const core = cards.filter((card) => card.note.core).length;
    $("core").hidden = !core;
    $("counts").replaceChildren(...[
      counted(cards.length, "card", "cards"),
      counted(data.notes.length, "note", "notes"),
      ...(core ? [said("core", core)] : []),
      counted(groups.length, "in_day", "in_days"),
    ].flatMap((text, place) => {
      const number = element("b", "", text.match(/^[\d.,\s]+/)?.[0] ?? "");
      return [place ? " · " : "", number, text.slice(number.textContent.length)];
    }));
    $("search").value = state.q;
    for (const name of ["kind", "topic"]) {
      $(name).value = state[name];
      state[name] = $(name).value; // a kind that is there no more is no filter
    }
    $("core").setAttribute("aria-pressed", state.core);
  }

  // Small letters without accents, straight quotes: what one types when one is in a hurry.
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[’‘]/g, "'").replace(/[“”„]/g, '"').toLowerCase();
  const titles = new Map(data.topics);
  function text(card) {
    if (card.text === undefined) {
      laid(`${card.front} ${card.back()}`);
      const topics = card.note.topics.map((path) => titles.get(path) ?? "");
      card.text = plain([textOf(paper.innerHTML), card.note.id, ...topics].join(" "));
    }
    return card.text;
  }
  // Words, and "words that stand together"; a quote that is not closed yet goes on to the end.
  const sought = (query) => [...plain(query).matchAll(/"([^"]*)"?|[^\s"]+/g)]
    .map(([word, phrase]) => (phrase ?? word).replace(/\s+/g, " ").trim()).filter(Boolean);

  // Where one was when a filter took that card away; until one chooses another, one comes back.
  let home = null;
  function chooses(index, side) {
    home = null;
    go(index, side);
  }

  function filter() {
    const wanted = sought(state.q);
    shown = [];
    for (const { group, number, cards: members } of groups) {
      let some = 0;
      for (const index of members) {
        const card = cards[index];
        const fits = (!state.core || card.note.core)
          && (!state.kind || card.type.folder === state.kind)
          && (!state.topic || card.note.topics.some((of) => within(of, state.topic)))
          && wanted.every((word) => text(card).includes(word));
        rows[index].hidden = !fits;
        if (fits) {
          some += 1;
          shown.push(index);
        }
      }
      group.hidden = !some;
      number.textContent = counted(some, "card", "cards");
      group.style.containIntrinsicSize = `auto ${36 + 62 * some}px`;
    }
    const all = shown.length === cards.length;
    $("found").textContent = all ? said("in_order", data.a_day) : said("found", shown.length).replace("{all}", cards.length.toLocaleString(language));
    $("clear").hidden = all;
    $("none").hidden = shown.length > 0;
    for (const id of ["screen", "keys", "where"]) $(id).hidden = !shown.length;
    if (!shown.length) return;
    if (home && shown.includes(home.at)) chooses(home.at, home.side);
    else if (shown.includes(state.at)) go(state.at, state.side);
    else {
      home ??= { at: state.at, side: state.side };
      go(shown[0]);
    }
  }

  // The card: a document of its own, so that it looks as in Anki and nothing leaks either way.
  const screen = $("screen");
  let drawn = "";

  function documentOf(card) {
    // Each client's own classes; night has one of both spellings wherever a card may look for it.
    const platform = state.width === "phone" ? "mobile android linux js" : "linux chrome";
    const [html, body] = state.night ? ["night-mode", "nightMode night_mode"] : ["", ""];
    const side = state.side === "back" ? card.back() : card.front;
    return `<!doctype html><html lang="${language}" class="${platform} ${html}"><head><meta charset="utf-8">`
      + '<meta name="viewport" content="width=device-width, initial-scale=1">'
      + `${$(state.width).innerHTML}</head><body class="card card${card.template + 1} ${body}">`
      + `<div id="content"><div id="qa"><style>${card.type.css}</style>${side}</div></div></body></html>`;
  }

  function draw() {
    const html = documentOf(cards[state.at]);
    if (html === drawn) return;
    drawn = html;
    screen.querySelectorAll(".coming").forEach((late) => late.remove());
    const frame = element("iframe", "coming");
    frame.title = words.card_here;
    frame.addEventListener("load", () => {
      if (!frame.contentDocument || !frame.isConnected) return;
      inside(frame);
      // A card may word its question anew from day to day: the row says it as the card does.
      if (state.side === "front") {
        const [asked] = frontOf(cards[state.at], frame.contentDocument.getElementById("qa").innerHTML);
        rows[state.at].firstChild.textContent = asked;
      }
      frame.className = "";
      for (const old of screen.querySelectorAll("iframe")) if (old !== frame) old.remove();
      screen.dataset.drawn = `${cards[state.at].key} ${state.side}`;
      performance.mark("card-drawn");
    });
    frame.srcdoc = html;
    screen.append(frame);
  }

  function inside(frame) {
    const { contentDocument: page, contentWindow: view } = frame;
    page.addEventListener("keydown", keys);
    page.addEventListener("click", (event) => {
      if (letsGo(event) || event.target.closest(`${OWN}, details`)) return;
      if (event.detail === 1 && view.getSelection().isCollapsed) flip();
    });
    // Whether there is more below: a fold that has just opened, a window that has shrunk.
    const more = () => {
      const { scrollTop, clientHeight, scrollHeight } = page.scrollingElement;
      screen.classList.toggle("more", scrollHeight - clientHeight - scrollTop > 8);
    };
    page.addEventListener("scroll", more);
    new view.ResizeObserver(more).observe(page.body);
    view.addEventListener("resize", more);
    more();
  }

  function go(index, side = "front") {
    rows[state.at].setAttribute("aria-selected", "false");
    state.at = index;
    state.side = side;
    const card = cards[index];
    const row = rows[index];
    row.setAttribute("aria-selected", "true");
    list.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
    const place = shown.indexOf(index);
    $("back").disabled = place < 1;
    $("next").disabled = place === shown.length - 1;
    $("flip").replaceChildren(side === "front" ? words.show_answer : words.show_question, " ", element("kbd", "", words.space));
    $("place").textContent = [
      said("place", place + 1).replace("{all}", shown.length.toLocaleString(language)),
      said("day", card.day),
      ...(card.note.core ? [words.is_core] : []),
    ].join(" · ");
    $("at").textContent = $("at").title = card.note.at;
    remember();
    draw();
  }

  // As far as there are cards.
  const move = (by) => {
    const from = shown.indexOf(state.at);
    const place = Math.min(Math.max(from + by, 0), shown.length - 1);
    if (place !== from) chooses(shown[place]);
  };
  const flip = () => { if (shown.length) go(state.at, state.side === "front" ? "back" : "front"); };

  // The keys. What can be typed into, opened or pressed keeps its own.
  const OWN = "input, select, textarea, button, summary, a";
  const MOVES = {
    ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1,
    PageDown: 10, PageUp: -10, End: Infinity, Home: -Infinity,
  };
  function keys(event) {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    const on = event.target.closest(OWN);
    if (on === $("search")) {
      if (event.key === "Escape") { state.q = on.value = ""; filter(); on.blur(); }
      else if (event.key === "Enter") { home = null; on.blur(); }
      else if (/^(Arrow|Page)(Down|Up)$/.test(event.key)) move(MOVES[event.key]);
      else return;
    } else if (event.key === "/" && !on?.matches("input, textarea")) {
      document.body.dataset.pane = "list";
      window.focus();
      $("search").focus();
      $("search").select();
    } else if (event.key === " " && !on) flip();
    else if (event.key in MOVES && !on?.matches("input, select, textarea")) move(MOVES[event.key]);
    else return;
    event.preventDefault();
  }
  document.addEventListener("keydown", keys);
  // A button or a fold that the mouse has pressed gives the keys back: the next space is for the
  // card. Whoever came to it by the keyboard stays on it.
  function letsGo(event) {
    const button = event.target.closest("button, summary");
    if (button && event.detail) button.blur();
    return !!button;
  }
  document.addEventListener("click", letsGo);

  function switches() {
    root.dataset.theme = state.night ? "night" : "day";
    root.dataset.width = state.width;
    for (const button of document.querySelectorAll(".switch button")) {
      const on = button.dataset.width ? button.dataset.width === state.width : (button.dataset.theme === "night") === state.night;
      button.setAttribute("aria-pressed", on);
    }
    const card = document.body.dataset.pane === "card";
    $("pane").textContent = card ? words.list : words.card_pane;
  }

  for (const button of document.querySelectorAll(".switch button")) {
    button.addEventListener("click", () => {
      if (button.dataset.width) state.width = button.dataset.width;
      else state.night = button.dataset.theme === "night";
      switches();
      remember();
      if (shown.length) draw();
    });
  }
  $("pane").addEventListener("click", () => {
    document.body.dataset.pane = document.body.dataset.pane === "card" ? "list" : "card";
  });
  new MutationObserver(() => {
    switches();
    rows[state.at]?.scrollIntoView({ block: "nearest" });
  }).observe(document.body, { attributeFilter: ["data-pane"] });
  $("back").addEventListener("click", () => move(-1));
  $("next").addEventListener("click", () => move(1));
  $("flip").addEventListener("click", flip);
  $("search").addEventListener("input", () => { state.q = $("search").value; filter(); });
  for (const name of ["kind", "topic"]) {
    $(name).addEventListener("change", () => { state[name] = $(name).value; $(name).blur(); filter(); });
  }
  $("core").addEventListener("click", () => {
    state.core = !state.core;
    $("core").setAttribute("aria-pressed", state.core);
    filter();
  });
  $("clear").addEventListener("click", () => {
    Object.assign(state, { q: "", kind: "", topic: "", core: false });
    drawFiltersAgain();
    filter();
  });
  function drawFiltersAgain() {
    for (const [id, name] of [["search", "q"], ["kind", "kind"], ["topic", "topic"]]) $(id).value = state[name];
    $("core").setAttribute("aria-pressed", "false");
  }

  drawList();
  drawFilters();
  switches();
  filter();

  // A page that is served by --watch has a mark, and hears of newer ones. A file has none.
  const mark = document.body.dataset.mark;
  if (mark) {
    new EventSource("/events").addEventListener("message", (event) => {
      if (event.data !== mark) location.reload();
    });
  }
})();
