// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch_page.hpp"

#include <array>

namespace plex_tuner::engine {

namespace {

// Of a file that cmake/EmbedFile.cmake makes.
constexpr auto kPlayerScript = std::to_array<unsigned char>({
#include <player_script.inc>
});

} // namespace

std::string_view player_script() noexcept {
    return {reinterpret_cast<const char*>(kPlayerScript.data()), kPlayerScript.size()};
}

std::string_view watch_page() noexcept {
    return R"page(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Watch</title><link rel="icon" href="data:,"><style>
:root{color-scheme:light dark;--line:#8884;--accent:#c77c02}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem;margin:0}.sub{opacity:.7;margin:0 0 1rem}a{color:var(--accent)}
form{display:flex;gap:.6rem;flex-wrap:wrap;margin:0 0 1rem}select,button{font:inherit;padding:.25rem .6rem;max-width:100%}
video{width:100%;aspect-ratio:16/9;background:#000;border-radius:6px}
#state{min-height:1.5em;margin:.6rem 0;overflow-wrap:anywhere}
</style></head><body>
<h1>Watch</h1><p class="sub"><a href="/">device</a> &middot; <a href="/guide">guide</a></p>
<form id="choice"><select id="channel" aria-label="Channel"></select>
<select id="profile" aria-label="Profile">
<option value="plexsafe">for every browser (plexsafe)</option>
<option value="default">better picture (default)</option>
<option value="lowbitrate">slow network (lowbitrate)</option>
<option value="audio-only">sound transcoded alone (audio-only)</option>
<option value="">as it is</option></select>
<button id="play">Play</button><button id="stop" type="button">Stop</button></form>
<video id="video" controls playsinline></video><p id="state" role="status"></p>
<script src="/mpegts.js?v=1.8.2"></script>
<script>
"use strict";
const byId = id => document.getElementById(id);
const video = byId("video"), channel = byId("channel"), profile = byId("profile");
const asked = new URLSearchParams(location.search);
let player = null, run = 0;
const say = text => { byId("state").textContent = text; };
function stop() {
  ++run;
  if (player !== null) player.destroy();
  player = null;
}
// What the tuner says when it refuses, which the player does not tell.
async function reasonOf(url, fallback) {
  try {
    const answer = await fetch(url, {headers: {Accept: "text/plain"}});
    const text = answer.ok ? "" : await answer.text();
    if (answer.body !== null && answer.ok) answer.body.cancel();
    return text || fallback;
  } catch { return fallback; }
}
function play() {
  stop();
  if (!window.mpegts || !mpegts.isSupported()) {
    say("This browser has no Media Source Extensions, so it cannot play transport streams.");
    return;
  }
  if (channel.value === "") { say("There are no channels yet."); return; }
  const mine = run;
  const url = "/auto/v" + encodeURIComponent(channel.value) +
      (profile.value === "" ? "?transcode=none" : "?profile=" + profile.value);
  history.replaceState(null, "", "?v=" + encodeURIComponent(channel.value) + "&profile=" + profile.value);
  player = mpegts.createPlayer({type: "mpegts", isLive: true, url: location.origin + url},
      {liveBufferLatencyChasing: true, liveBufferLatencyMaxLatency: 6, liveBufferLatencyMinRemain: 2,
       autoCleanupSourceBuffer: true});
  player.on(mpegts.Events.ERROR, async (kind, detail, info) => {
    const text = kind + ": " + detail + (info && info.msg ? " (" + info.msg + ")" : "");
    if (mine === run) stop();
    say(detail === mpegts.ErrorDetails.NETWORK_STATUS_CODE_INVALID ? await reasonOf(url, text) : text);
  });
  player.on(mpegts.Events.LOADING_COMPLETE, () => { if (mine === run) say("The stream is over."); });
  player.attachMediaElement(video);
  player.load();
  say("Waiting for the stream…");
  const started = player.play();
  if (started) started.catch(error => {
    if (mine === run && error.name === "NotAllowedError") say("Press Play: browsers want to be asked for sound.");
  });
}
video.addEventListener("playing", () => {
  if (player !== null) say(video.videoWidth > 0 ? video.videoWidth + "x" + video.videoHeight : "sound");
});
byId("choice").addEventListener("submit", event => { event.preventDefault(); play(); });
byId("stop").addEventListener("click", () => { stop(); say(""); });
addEventListener("pagehide", stop);
(async () => {
  const answer = await fetch("/lineup.json");
  for (const one of await answer.json())
    channel.add(new Option(one.GuideNumber + " " + one.GuideName, one.GuideNumber));
  const wanted = asked.get("profile");
  if (wanted !== null) {
    if (![...profile.options].some(one => one.value === wanted)) profile.add(new Option(wanted, wanted));
    profile.value = wanted;
  }
  if (asked.has("v")) { channel.value = asked.get("v"); play(); }
})().catch(error => say("No lineup: " + error.message));
</script></body></html>
)page";
}

} // namespace plex_tuner::engine
