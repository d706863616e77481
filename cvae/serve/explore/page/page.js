// The page of cvae explore. It draws what the server works out, and keeps one place: a z,
// its answer and where it stands on the map.
"use strict";

const $ = (id) => document.getElementById(id);
const withAttributes = (e, attributes, text) => {
  for (const [k, v] of Object.entries(attributes || {})) e.setAttribute(k, v);
  if (text !== undefined) e.textContent = text;
  return e;
};
const svg = (name, attributes, text) => withAttributes(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, text);
const element = (name, text, attributes) => withAttributes(document.createElement(name), attributes, text);
const round = (v, n) => Number(v).toFixed(n);

const state = { space: null, context: "", seed: 1, candidates: [], base: null, place: null, from: null, mark: null, scale: 1, center: [0, 0], last: 0, all: false };

async function ask(path, body) {
  const r = await fetch(path, body ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : {})
    .catch(() => { throw new Error("the program behind this page does not answer; it is cvae explore"); });
  const answer = await r.json();
  if (!r.ok) throw new Error(answer.error && answer.error.message || answer.error || r.statusText);
  return answer;
}

function complain(error) {
  $("error").textContent = error ? error.message[0].toUpperCase() + error.message.slice(1) + "." : "";
  $("error").hidden = !error;
}

// guarded shows what goes wrong in place of throwing it.
const guarded = (f) => async (...a) => {
  try { await f(...a); complain(null); } catch (e) { complain(e); }
};

// Places of the map and of the drawing, where down is positive.
const toView = ([x, y]) => [(x - state.center[0]) * state.scale, -(y - state.center[1]) * state.scale];
const toMap = ([x, y]) => [x / state.scale + state.center[0], -y / state.scale + state.center[1]];

// bigger is how much marks must grow on a small map to be seen.
const bigger = () => Math.max(1, Math.min(2, 560 / ($("map").clientWidth || 560)));

function fit() {
  const range = [0, 1].map((a) => state.space.points.map((p) => p[a])).map((v) => [Math.min(...v), Math.max(...v)]);
  state.center = range.map(([low, high]) => (low + high) / 2);
  state.scale = 900 / Math.max(...range.map(([low, high]) => high - low), 1e-9);
}

function drawPoints() {
  const label = state.space.labels[$("colour").value];
  $("points").replaceChildren(...state.space.points.map((p, i) => {
    const [cx, cy] = toView(p), value = label ? label.of[i] : -1;
    const c = svg("circle", { cx, cy, r: 6 * bigger(), class: value < 0 ? "point" : "point v" + Math.min(value + 1, 8) });
    c.append(svg("title", {}, state.space.texts[i]));
    return c;
  }));
  $("values").replaceChildren(...(label ? label.values.slice(0, 8) : []).map((name, i) => {
    const s = element("span", " " + (i === 7 && label.values.length > 8 ? "others" : name), { class: "value" }), dot = svg("svg", { viewBox: "0 0 10 10" });
    dot.append(svg("circle", { cx: 5, cy: 5, r: 5, class: "v" + (i + 1) }));
    s.prepend(dot);
    return s;
  }));
}

function drawAxes() {
  const name = (i, arrow) => `${arrow} ${Math.round(100 * state.space.explained[i])} % of how real answers differ`, size = 22 * bigger();
  $("axes").replaceChildren(svg("line", { x1: -500, x2: 500, y1: 0, y2: 0, class: "axis" }), svg("line", { y1: -500, y2: 500, x1: 0, x2: 0, class: "axis" }));
  $("axis-names").replaceChildren(svg("text", { x: 490, y: 486, "text-anchor": "end", "font-size": size, class: "axis-text" }, name(0, "→")),
    svg("text", { x: -490, y: -490 + size, "font-size": size, class: "axis-text" }, name(1, "↑")));
}

function drawPrior(prior) {
  const [cx, cy] = toView(prior.center), half = prior.axes.map(([x, y]) => Math.hypot(x, y) * state.scale);
  const angle = -Math.atan2(prior.axes[0][1], prior.axes[0][0]) * 180 / Math.PI;
  $("prior").replaceChildren(...[1, 2].map((k) => svg("ellipse", { cx, cy, rx: k * half[0], ry: k * half[1], transform: `rotate(${angle} ${cx} ${cy})`, class: "ring" })));
}

function drawCandidates() {
  const chosen = state.candidates.indexOf(state.place); // none, where the place is of its own
  const marks = state.candidates.map((c, i) => {
    const [x, y] = toView(c.at), g = svg("g", { class: i === chosen ? "mark chosen" : "mark", transform: `translate(${x} ${y}) scale(${bigger()})` });
    g.append(svg("circle", { r: 19 }), svg("text", {}, i + 1));
    return g;
  });
  $("candidates-marks").replaceChildren(...marks, ...marks.slice(chosen, chosen + 1)); // the chosen one over the others
  $("candidates").replaceChildren(...state.candidates.map((c, i) => {
    const li = document.createElement("li"), b = element("button", "", { type: "button", "aria-pressed": i === chosen });
    b.append(element("b", i + 1), element("span", c.text || "(no words)"));
    b.addEventListener("click", () => choose(i, true));
    li.append(b);
    return li;
  }));
}

function drawCursor() {
  const [x, y] = toView(state.place.at), g = svg("g", { transform: `translate(${x} ${y}) scale(${bigger()})` });
  for (const kind of ["halo", "cross"]) { // a cross with a gap, in which the number of an answer can be read
    for (const [a, b] of [[1, 1], [1, -1], [-1, 1], [-1, -1]]) g.append(svg("line", { x1: 17 * a, y1: 17 * b, x2: 28 * a, y2: 28 * b, class: kind }));
  }
  $("cursor").replaceChildren(g);
}

// stand makes a place the one that the page is about. A slider that is being moved stays.
function stand(place, sliders = true) {
  state.place = place;
  drawCandidates();
  drawCursor();
  $("text").textContent = place.text || "(no words)";
  $("text").dataset.z = JSON.stringify(place.z);
  $("text").dataset.places = Number($("text").dataset.places || 0) + 1;
  $("logprob").textContent = round(place.log_prob, 2);
  $("distance").textContent = round(place.prior_distance, 2);
  const d = place.density;
  $("density").textContent = d.hole ? "hardly any, a hole" : d.rank < 0.1 ? "few" : d.rank < 0.5 ? "some" : "many";
  $("density").className = d.hole ? "hole" : "";
  $("density-note").textContent = (d.hole ? "Hardly a real answer lies in so empty a place: the model has not learnt what to say here." : `${Math.round(100 * d.rank)} % of the real answers lie in emptier places than yours.`) + ` The logarithm of the density is ${round(d.log, 1)} nats.`;
  $("nearest").replaceChildren(...place.nearest.map((n) => {
    const li = element("li", n.text + " ");
    li.append(element("small", `${round(n.distance, 2)} away` + (n.context ? `, said to “${n.context}”` : "")));
    return li;
  }));
  if (sliders) drawSliders();
}

// choose stands on candidate i; of what it has outside of the map, later clicks keep all.
function choose(i, focus) {
  if (!state.candidates[i]) return;
  state.last++;
  state.base = state.candidates[i];
  stand(state.base);
  if (focus) $("candidates").querySelectorAll("button")[i].focus();
}

// decode asks for places and shows the last of them, unless a later question is on its way.
async function decode(query, sliders) {
  const turn = ++state.last;
  const { places } = await ask("explore/decode", { context: [state.context], ...query });
  if (turn === state.last) stand(places[places.length - 1], sliders);
  return turn === state.last ? places : null;
}

const go = guarded((at) => decode({ z: [state.base.z], at: [at] }, true));
const goTo = guarded((z) => decode({ z: [z] }, false));

// walk answers along the way between two places of the map.
const walk = guarded(async (from, to) => {
  const steps = 7, at = Array.from({ length: steps }, (_, i) => [0, 1].map((a) => from[a] + (to[a] - from[a]) * i / (steps - 1)));
  drawWay(from, to, at);
  const places = await decode({ z: [state.base.z], at }, true);
  if (!places) return;
  $("walk-part").hidden = false;
  $("walk").replaceChildren(...places.map((p) => {
    const li = element("li", p.text || "(no words)");
    if (p.density.hole) li.append(element("small", " a hole", { class: "hole" }));
    return li;
  }));
  $("walk-part").scrollIntoView({ block: "nearest" });
});

function drawWay(from, to, at) {
  const [x1, y1] = toView(from), [x2, y2] = toView(to);
  $("walk-line").replaceChildren(svg("line", { x1, y1, x2, y2, class: "way" }), ...at.map((p) => {
    const [cx, cy] = toView(p);
    return svg("circle", { cx, cy, r: 7, class: "step" });
  }));
}

const show = guarded(async () => {
  state.context = $("context").value;
  $("unknown").hidden = true; // it was about what stood there before
  const { prior, candidates, unknown, tokens, unread } = await ask("explore/candidates", { context: [state.context], n: 8, seed: state.seed });
  const warnings = unread ? [`The model reads the first ${tokens - unread} of these ${tokens} words and signs.`] : [];
  if (unknown > 0) warnings.push(unknown === tokens ? "The model knows none of these words: it answers as if you had said anything." : `The model does not know ${unknown} of these ${tokens} words and signs.`);
  $("unknown").textContent = warnings.join(" ");
  $("unknown").hidden = warnings.length === 0;
  state.candidates = candidates;
  drawPrior(prior);
  $("walk-line").replaceChildren();
  $("walk-part").hidden = true;
  choose(0);
});

// The sliders move one number of z each, the dimensions with the largest rate first.
function drawSliders() {
  const s = state.space, by = s.kl_per_dim || s.spread, order = by.map((_, d) => d).sort((a, b) => by[b] - by[a]);
  $("more").hidden = state.all || order.length <= 6;
  beginAlong();
  $("sliders").replaceChildren(...(state.all ? order : order.slice(0, 6)).map((d) => {
    const reach = Math.max(3 * s.spread[d], 1.25 * Math.abs(state.place.z[d]), 0.1), row = element("label", "", { class: "slider" });
    const input = element("input", "", { type: "range", min: -reach, max: reach, step: reach / 50 }), out = element("span", round(state.place.z[d], 2));
    input.value = state.place.z[d];
    input.addEventListener("input", () => {
      const z = state.place.z.slice();
      z[d] = Number(input.value);
      out.textContent = round(z[d], 2);
      goTo(z);
    });
    const name = element("span", `Dimension ${d + 1} `);
    if (s.kl_per_dim) name.append(element("small", `${round(s.kl_per_dim[d], 2)} nats`));
    row.append(name, input, out);
    return row;
  }));
}

function fillLabels() {
  const labels = state.space.labels;
  $("colour-part").hidden = labels.length === 0;
  $("colour").replaceChildren(element("option", "nothing", { value: -1 }), ...labels.map((l, i) => element("option", l.name, { value: i })));
  if (labels.length > 0) $("colour").value = 0;
  const directions = labels.flatMap((l, i) => (l.directions || []).map((d, k) => d && element("option", `${l.name}: ${l.values[k]}`, { value: i + " " + k }))).filter((o) => o);
  $("label-slider").hidden = directions.length === 0;
  $("direction").replaceChildren(...directions);
}

// beginAlong puts the slider of a label to 0 where the place is.
function beginAlong() {
  $("along").value = 0;
  $("along-far").textContent = round(0, 1);
  state.from = state.place.z;
}

// along moves from where the slider stood at 0, in standard deviations of real answers.
function along() {
  const [i, k] = $("direction").value.split(" ").map(Number), d = state.space.labels[i].directions[k];
  const unit = Math.hypot(...d.map((v, j) => v * state.space.spread[j])) || 1;
  $("along-far").textContent = round($("along").value, 1);
  goTo(state.from.map((v, j) => v + Number($("along").value) * unit * d[j]));
}

// The mouse or a finger on the map: a click answers, a drag walks.
function pointer() {
  const map = $("map");
  let from = null;
  const at = (e) => {
    const p = new DOMPoint(e.clientX, e.clientY).matrixTransform(map.getScreenCTM().inverse());
    return toMap([p.x, p.y]);
  };
  const far = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]) * state.scale > 20;
  map.addEventListener("pointerdown", (e) => { from = at(e); map.setPointerCapture(e.pointerId); });
  map.addEventListener("pointermove", (e) => { if (from && far(from, at(e))) drawWay(from, at(e), []); });
  map.addEventListener("pointercancel", () => { from = null; });
  map.addEventListener("pointerup", (e) => {
    if (!from || !state.base) return;
    const start = from, to = at(e), near = state.candidates.findIndex((c) => !far(c.at, to));
    from = null;
    if (far(start, to)) walk(start, to);
    else if (near >= 0) choose(near);
    else go(to);
  });
}

function keys() {
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  $("map").addEventListener("keydown", (e) => {
    if (!state.place || e.ctrlKey || e.metaKey || e.altKey) return;
    const way = ways[e.key], step = (e.shiftKey ? 100 : 20) / state.scale;
    if (way) { // a key that is held moves on from here, not from the last answer
      state.place = { ...state.place, at: [0, 1].map((a) => state.place.at[a] + way[a] * step) };
      drawCursor();
      go(state.place.at);
    } else if (e.key >= "1" && e.key <= "9") choose(Number(e.key) - 1);
    else if (e.key === "m" || e.key === "M") { state.mark = state.place.at; drawWay(state.mark, state.mark, [state.mark]); }
    else if (e.key === "Enter" && state.mark) walk(state.mark, state.place.at);
    else return;
    e.preventDefault();
  });
}

const start = guarded(async () => {
  const s = state.space = await ask("explore/space");
  $("name").textContent = s.name;
  $("dim").textContent = s.dim;
  $("usual").textContent = round(Math.sqrt(s.dim), 1);
  $("verdict").hidden = !s.verdict;
  $("verdict").textContent = "The latent of this model has collapsed: " + s.verdict;
  $("flat").textContent = `The map is flat: of ${s.dim} directions it shows the two along which real answers differ most, together ${Math.round(100 * (s.explained[0] + s.explained[1]))} % of how they differ. A click keeps all else of the place as in the answer that you chose last.`;
  if (s.sentences) { $("context").disabled = true; $("context").value = "(this model of sentences reads nothing)"; }
  fit();
  fillLabels();
  drawAxes();
  drawPoints();
  $("colour").addEventListener("change", drawPoints);
  $("ask").addEventListener("submit", (e) => { e.preventDefault(); show(); });
  $("again").addEventListener("click", () => { state.seed++; show(); });
  $("more").addEventListener("click", () => { state.all = true; drawSliders(); });
  $("along").addEventListener("input", along);
  $("direction").addEventListener("change", beginAlong);
  pointer();
  keys();
  await show();
  document.body.dataset.ready = "yes";
});
start();
