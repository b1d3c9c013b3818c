// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_page.hpp"

namespace plex_tuner::engine {

std::string_view guide_page() noexcept {
    return R"page(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Guide</title><style>
:root{color-scheme:light dark;--line:#8884;--accent:#c77c02;--side:13rem;--row:3.25rem;--bg:Canvas}
*{box-sizing:border-box}
html,body{height:100%;margin:0}
body{font:15px/1.35 system-ui,sans-serif;display:flex;flex-direction:column}
header{display:flex;gap:.75rem;align-items:center;flex-wrap:wrap;padding:.5rem .9rem;border-bottom:1px solid var(--line)}
header h1{font-size:1.1rem;margin:0}a{color:var(--accent)}
input,button{font:inherit;padding:.25rem .6rem}
#count{opacity:.7;margin-left:auto}
#grid{flex:1;overflow:auto;position:relative}
#times{position:sticky;top:0;height:1.8rem;background:var(--bg);z-index:3;border-bottom:1px solid var(--line)}
#times span{position:absolute;padding:.25rem .4rem;font-size:.85em;opacity:.75;border-left:1px solid var(--line)}
#rows{position:relative}
.row{position:absolute;left:0;height:var(--row);display:flex;border-bottom:1px solid var(--line)}
.channel{position:sticky;left:0;width:var(--side);height:100%;background:var(--bg);z-index:2;padding:.3rem .6rem;border-right:1px solid var(--line);overflow:hidden}
.channel b{display:block;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.channel small{opacity:.65}
.show{position:absolute;top:2px;bottom:2px;border:1px solid var(--line);border-radius:4px;padding:.2rem .45rem;overflow:hidden;background:#8881;cursor:pointer;text-align:left;font:inherit;color:inherit}
.show:hover,.show:focus{background:#c77c0226}.show.on{background:#c77c0233}
.show div{white-space:nowrap;overflow:hidden;text-overflow:ellipsis}.show small{opacity:.65}
#now{position:absolute;top:0;bottom:0;width:2px;background:#d33;z-index:1;pointer-events:none}
dialog{max-width:34rem;border:1px solid var(--line);border-radius:8px}dialog h2{margin:.2rem 0;font-size:1.15rem}
dialog p{margin:.5rem 0}dialog .why{opacity:.7;font-size:.9em}
</style></head><body>
<header><h1>Guide</h1><a href="/">status</a><a href="/guide-health">health</a>
<input id="search" type="search" placeholder="Channel name or number" aria-label="Search channels">
<button id="back">&#9664; 6 h</button><button id="today">Now</button><button id="on">6 h &#9654;</button>
<span id="count"></span></header>
<div id="grid" tabindex="0"><div id="times"></div><div id="rows"><div id="now"></div></div></div>
<dialog id="details"></dialog>
<script>
"use strict";
const kHours = 24, kPage = 40, kPerMinute = 4;
const grid = document.getElementById("grid"), rows = document.getElementById("rows"),
      times = document.getElementById("times"), nowLine = document.getElementById("now"),
      details = document.getElementById("details"), search = document.getElementById("search");
const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
const rowHeight = 3.25 * rem, side = 13 * rem;
let from = 0, total = 0, pages = new Map(), generation = 0;
const hourStart = t => t - t % 3600;
const seconds = () => Math.floor(Date.now() / 1000);
const clock = t => new Date(t * 1000).toLocaleTimeString([], {hour: "2-digit", minute: "2-digit"});
const x = t => side + (t - from) / 60 * kPerMinute;
function element(name, parent, text, className) {
  const e = document.createElement(name);
  if (text !== undefined) e.textContent = text;
  if (className) e.className = className;
  parent.appendChild(e);
  return e;
}
function drawTimes() {
  times.replaceChildren();
  times.style.width = x(from + kHours * 3600) + "px";
  for (let t = from; t < from + kHours * 3600; t += 1800) {
    const e = element("span", times, clock(t));
    e.style.left = x(t) + "px";
  }
  nowLine.style.left = x(seconds()) + "px";
  nowLine.hidden = seconds() < from || seconds() > from + kHours * 3600;
}
function reset(keepScroll) {
  ++generation;
  pages = new Map();
  for (const e of rows.querySelectorAll(".row")) e.remove();
  if (!keepScroll) grid.scrollTop = 0;
  drawTimes();
  load();
}
async function fetchPage(page) {
  pages.set(page, null);
  const mine = generation;
  const query = new URLSearchParams({from, hours: kHours, first: page * kPage, count: kPage, q: search.value});
  const answer = await fetch("/api/guide?" + query);
  if (mine !== generation) return;
  if (!answer.ok) {
    document.getElementById("count").textContent = await answer.text();
    pages.delete(page);
    setTimeout(load, 2000);
    return;
  }
  const data = await answer.json();
  total = data.channels_found;
  document.getElementById("count").textContent = total + (total === 1 ? " channel" : " channels");
  rows.style.height = total * rowHeight + "px";
  pages.set(page, data.channels);
  draw(page, data.channels);
}
function draw(page, channels) {
  channels.forEach((channel, i) => {
    const row = element("div", rows, undefined, "row");
    row.dataset.page = page;
    row.style.top = (page * kPage + i) * rowHeight + "px";
    row.style.width = x(from + kHours * 3600) + "px";
    const head = element("div", row, undefined, "channel");
    element("b", head, channel.name).title = channel.name;
    element("small", head, channel.number + (channel.group ? " · " + channel.group : ""));
    for (const show of channel.programmes) {
      const begin = Math.max(show.start, from), end = Math.min(show.stop, from + kHours * 3600);
      if (end <= begin) continue;
      const e = element("button", row, undefined, "show");
      if (show.start <= seconds() && show.stop > seconds()) e.classList.add("on");
      e.style.left = x(begin) + 1 + "px";
      e.style.width = Math.max(4, (end - begin) / 60 * kPerMinute - 2) + "px";
      element("div", e, show.title);
      element("small", e, clock(show.start) + (show.sub_title ? " · " + show.sub_title : ""));
      e.onclick = () => open(channel, show);
    }
  });
}
function open(channel, show) {
  details.replaceChildren();
  element("h2", details, show.title);
  if (show.sub_title) element("p", details, show.sub_title);
  element("p", details, channel.number + " " + channel.name + ", " + clock(show.start) + " – " + clock(show.stop) +
    (show.category ? ", " + show.category : "") + (show.episode ? ", " + show.episode : ""));
  if (show.description) element("p", details, show.description);
  element("p", details, "Guide: " + (channel.xmltv_id ? channel.xmltv_id + " (" + channel.reason + ")"
    : "none (" + (channel.reason || "no guide source") + ")") + (channel.source ? ", from " + channel.source : ""), "why");
  const play = element("a", element("p", details), "Play");
  play.href = "/auto/v" + encodeURIComponent(channel.number);
  const close = element("button", details, "Close");
  close.onclick = () => details.close();
  details.showModal();
}
function load() {
  const first = Math.max(0, Math.floor((grid.scrollTop - 200) / rowHeight / kPage));
  const last = Math.floor((grid.scrollTop + grid.clientHeight + 200) / rowHeight / kPage);
  for (let page = first; page <= last; ++page) {
    if (!pages.has(page) && (page === 0 || page * kPage < total)) fetchPage(page);
  }
  for (const page of [...pages.keys()]) {
    if ((page < first - 3 || page > last + 3) && pages.get(page)) {
      pages.delete(page);
      for (const e of rows.querySelectorAll(`.row[data-page="${page}"]`)) e.remove();
    }
  }
}
function goTo(time) {
  from = hourStart(time);
  reset(true);
}
let typing;
search.oninput = () => { clearTimeout(typing); typing = setTimeout(() => reset(false), 150); };
document.getElementById("back").onclick = () => goTo(from - 6 * 3600);
document.getElementById("on").onclick = () => goTo(from + 6 * 3600);
document.getElementById("today").onclick = () => { goTo(seconds() - 3600); grid.scrollLeft = 0; };
grid.addEventListener("scroll", load, {passive: true});
addEventListener("resize", load);
setInterval(drawTimes, 60000);
goTo(seconds() - 3600);
</script></body></html>
)page";
}

} // namespace plex_tuner::engine
