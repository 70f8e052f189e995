// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "document/write.hpp"
#include "graph/graph.hpp"

namespace tidegate::graph {

namespace {

constexpr std::size_t label_size = 27;  // characters that fit into a box

std::string xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (static_cast<unsigned char>(c) >= 0x20) {
      out += c;
    }
  }
  return out;
}

std::string dot_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) out += c;
  }
  return out + "\"";
}

std::string number(int value) { return std::to_string(value); }

// A curve from the right side of one box to the left side of the other.
std::string path_between(const Point& from, const Point& to) {
  const int x1 = from.x + box_width, y1 = from.y + box_height / 2;
  const int x2 = to.x, y2 = to.y + box_height / 2;
  const int bend = std::max(40, std::abs(x2 - x1) / 2);
  return "M" + number(x1) + "," + number(y1) + " C" + number(x1 + bend) + "," + number(y1) + " " +
         number(x2 - bend) + "," + number(y2) + " " + number(x2) + "," + number(y2);
}

std::string_view dash_of(EdgeKind kind) {
  return kind == EdgeKind::uses ? " stroke-dasharray=\"4 3\"" : "";
}

std::string_view colour_of(EdgeKind kind) {
  switch (kind) {
    case EdgeKind::writes:
      return "#15803d";
    case EdgeKind::reads:
      return "#1d4ed8";
    case EdgeKind::runs:
      return "#b91c1c";
    case EdgeKind::carries:
    case EdgeKind::starts:
    case EdgeKind::uses:
      break;
  }
  return "#9ca3af";
}

// Text inside a script element, in pieces: none of it may end the element, or begin a comment.
class ScriptSink {
 public:
  explicit ScriptSink(const std::function<Status(std::string_view)>& sink) : sink_(sink) {}

  std::string& text() { return text_; }
  Status flush() {
    std::string safe;
    safe.reserve(text_.size());
    for (const char c : text_) {
      if (c == '<') {
        safe += "\\u003c";
      } else {
        safe += c;
      }
    }
    text_.clear();
    return sink_(safe);
  }
  Status flush_some() { return text_.size() < piece ? Status(Done{}) : flush(); }

 private:
  static constexpr std::size_t piece = std::size_t{64} * 1024;
  const std::function<Status(std::string_view)>& sink_;
  std::string text_{};
};

Status write_json(const Graph& graph, const Layout& layout, const std::function<Status(std::string_view)>& sink) {
  ScriptSink script(sink);
  document::JsonWriter writer(script.text(), false);
  writer.begin_object().key("nodes").begin_array();
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    writer.begin_array().string(node.label).string(node.kind).string(node.detail);
    writer.integer(layout.nodes[i].x).integer(layout.nodes[i].y).end_array();
    if (Status status = script.flush_some(); !status) return status;
  }
  writer.end_array().key("edges").begin_array();
  for (const Edge& edge : graph.edges) {
    writer.begin_array().integer(edge.from).integer(edge.to).string(to_string(edge.kind)).end_array();
    if (Status status = script.flush_some(); !status) return status;
  }
  writer.end_array().key("styles").begin_object();
  std::set<std::string_view> kinds;
  for (const Node& node : graph.nodes) kinds.insert(node.kind);
  for (const std::string_view kind : kinds) {
    const KindStyle style = style_of(kind);
    writer.key(kind).begin_array().string(style.fill).string(style.line).end_array();
  }
  writer.end_object().member("width", std::int64_t{layout.width}).member("height", std::int64_t{layout.height});
  writer.end_object();
  return script.flush();
}

constexpr std::string_view page_head = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
)";

constexpr std::string_view page_style = R"(<style>
html,body{margin:0;height:100%;font:14px/1.4 system-ui,sans-serif;color:#111827;background:#fff}
body{display:flex;flex-direction:column}
header{display:flex;gap:12px;align-items:center;flex-wrap:wrap;padding:8px 14px;border-bottom:1px solid #e5e7eb}
h1{font-size:16px;margin:0}
input{font:inherit;padding:4px 8px;border:1px solid #9ca3af;border-radius:4px;width:240px}
button{font:inherit;padding:3px 10px;border:1px solid #9ca3af;border-radius:4px;background:#f9fafb}
#legend span{display:inline-block;padding:1px 8px;margin-right:4px;border-radius:4px;border:1px solid;font-size:12px}
#info{padding:6px 14px;min-height:1.4em;border-bottom:1px solid #e5e7eb;white-space:pre-wrap;overflow-wrap:anywhere}
svg{flex:1;width:100%;min-height:0;cursor:grab;touch-action:none}
.n rect{stroke-width:1.2}.n text{font-size:13px;pointer-events:none}.n{cursor:pointer}
.e{fill:none;stroke-width:1.3}
.dim{opacity:.12}.hit rect{stroke-width:3.5}.chosen rect{stroke-width:4}
</style></head>
)";

constexpr std::string_view page_body = R"(<header><h1 id="title"></h1>
<input id="search" type="search" placeholder="Search names" aria-label="Search names">
<span id="count" role="status"></span>
<button id="in" aria-label="Zoom in">+</button><button id="out" aria-label="Zoom out">−</button><button id="fit">Fit</button>
<div id="legend"></div></header>
<div id="info">Choose a box to see what it is connected to. Drag to move, turn the wheel to zoom.</div>
<svg id="view" role="img" aria-label="Graph of the service"><defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="#6b7280"/></marker></defs><g id="all"></g></svg>
)";

constexpr std::string_view page_script = R"(<script>
'use strict';
const W=210,H=34,NS='http://www.w3.org/2000/svg',view=document.getElementById('view'),all=document.getElementById('all');
const make=(name,attributes,parent)=>{const e=document.createElementNS(NS,name);for(const k in attributes)e.setAttribute(k,attributes[k]);parent.appendChild(e);return e};
const colours={writes:'#15803d',reads:'#1d4ed8',runs:'#b91c1c'};
const fit=(t,n)=>{const c=[...t];return c.length<=n?t:c.slice(0,n>>1).join('')+'…'+c.slice(c.length-(n-(n>>1)-1)).join('')};
const edges=G.edges.map(([f,t,k])=>{const a=G.nodes[f],b=G.nodes[t],x1=a[3]+W,y1=a[4]+H/2,x2=b[3],y2=b[4]+H/2,d=Math.max(40,Math.abs(x2-x1)/2);
 const e=make('path',{class:'e',d:`M${x1},${y1} C${x1+d},${y1} ${x2-d},${y2} ${x2},${y2}`,stroke:colours[k]||'#9ca3af','marker-end':'url(#a)'},all);if(k==='uses')e.setAttribute('stroke-dasharray','4 3');return e});
const boxes=G.nodes.map(([label,kind,detail,x,y],i)=>{const g=make('g',{class:'n',transform:`translate(${x},${y})`,tabindex:0},all);
 make('title',{},g).textContent=label+' ('+kind+')';
 make('rect',{width:W,height:H,rx:5,fill:G.styles[kind][0],stroke:G.styles[kind][1]},g);
 make('text',{x:10,y:22},g).textContent=fit(label,27);
 g.addEventListener('click',()=>choose(i));g.addEventListener('keydown',e=>{if(e.key==='Enter')choose(i)});return g});
let scale=1,ox=0,oy=0;
const draw=()=>all.setAttribute('transform',`translate(${ox},${oy}) scale(${scale})`);
const fitAll=()=>{const r=view.getBoundingClientRect();scale=Math.min(1.5,Math.max(.02,Math.min(r.width/G.width,r.height/G.height)));ox=(r.width-G.width*scale)/2;oy=(r.height-G.height*scale)/2;draw()};
const zoom=(f,x,y)=>{const s=Math.min(4,Math.max(.02,scale*f));ox=x-(x-ox)*s/scale;oy=y-(y-oy)*s/scale;scale=s;draw()};
view.addEventListener('wheel',e=>{e.preventDefault();const r=view.getBoundingClientRect();zoom(e.deltaY<0?1.15:1/1.15,e.clientX-r.left,e.clientY-r.top)},{passive:false});
let drag=null;
view.addEventListener('pointerdown',e=>{drag=[e.clientX-ox,e.clientY-oy]});
window.addEventListener('pointermove',e=>{if(drag){ox=e.clientX-drag[0];oy=e.clientY-drag[1];draw()}});
window.addEventListener('pointerup',()=>{drag=null});
const middle=f=>{const r=view.getBoundingClientRect();zoom(f,r.width/2,r.height/2)};
document.getElementById('in').onclick=()=>middle(1.3);document.getElementById('out').onclick=()=>middle(1/1.3);document.getElementById('fit').onclick=fitAll;
let chosen=-1;
function choose(i){chosen=chosen===i?-1:i;const near=new Set([chosen]);
 G.edges.forEach(([f,t],k)=>{const on=chosen<0||f===chosen||t===chosen;edges[k].classList.toggle('dim',!on);if(on&&chosen>=0){near.add(f);near.add(t)}});
 boxes.forEach((b,k)=>{b.classList.toggle('dim',chosen>=0&&!near.has(k));b.classList.toggle('chosen',k===chosen)});
 const info=document.getElementById('info');if(chosen<0){info.textContent='';return}
 const n=G.nodes[chosen],lines=[n[0]+' · '+n[1]+(n[2]?' · '+n[2]:'')];
 const list=(title,items)=>{if(items.length)lines.push(title+': '+items.join(', '))};
 list('from',G.edges.filter(e=>e[1]===chosen).map(e=>G.nodes[e[0]][0]+' ('+e[2]+')'));
 list('to',G.edges.filter(e=>e[0]===chosen).map(e=>G.nodes[e[1]][0]+' ('+e[2]+')'));
 info.textContent=lines.join('\n')}
document.getElementById('search').addEventListener('input',e=>{const q=e.target.value.toLowerCase();let first=-1,count=0;
 boxes.forEach((b,i)=>{const hit=q!==''&&G.nodes[i][0].toLowerCase().includes(q);b.classList.toggle('hit',hit);b.classList.toggle('dim',q!==''&&!hit);if(hit){count++;if(first<0)first=i}});
 edges.forEach(p=>p.classList.toggle('dim',q!==''));
 document.getElementById('count').textContent=q===''?'':count+' found';
 if(first>=0){const r=view.getBoundingClientRect();if(scale<.6)scale=1;ox=r.width/2-(G.nodes[first][3]+W/2)*scale;oy=r.height/2-(G.nodes[first][4]+H/2)*scale;draw()}else if(q===''){fitAll()}});
for(const k in G.styles){const s=document.createElement('span');s.textContent=k;s.style.background=G.styles[k][0];s.style.borderColor=G.styles[k][1];document.getElementById('legend').appendChild(s)}
document.getElementById('title').textContent=document.title;
window.addEventListener('resize',fitAll);fitAll();
const wanted=new URLSearchParams(location.search).get('q')||decodeURIComponent(location.hash.slice(1));
if(wanted){const box=document.getElementById('search');box.value=wanted;box.dispatchEvent(new Event('input'))}
</script>
)";

}  // namespace

std::string render_dot(const Graph& graph) {
  std::string out = "digraph " + dot_text(graph.title) +
                    " {\n  rankdir=LR;\n  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\"];\n";
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const KindStyle style = style_of(graph.nodes[i].kind);
    out += "  n" + std::to_string(i) + " [label=" + dot_text(graph.nodes[i].label) + ", tooltip=" +
           dot_text(std::string(graph.nodes[i].kind) + " " + std::string(graph.nodes[i].detail)) + ", fillcolor=\"" +
           std::string(style.fill) + "\", color=\"" + std::string(style.line) + "\"];\n";
  }
  for (const Edge& edge : graph.edges) {
    out += "  n" + std::to_string(edge.from) + " -> n" + std::to_string(edge.to) + " [label=" +
           dot_text(to_string(edge.kind)) + (edge.kind == EdgeKind::uses ? ", style=dashed" : "") + "];\n";
  }
  return out + "}\n";
}

std::string render_svg(const Graph& graph) {
  const Layout layout = lay_out(graph);
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + number(layout.width) + "\" height=\"" +
                    number(layout.height) + "\" viewBox=\"0 0 " + number(layout.width) + " " + number(layout.height) +
                    "\" font-family=\"sans-serif\" font-size=\"13\">\n<title>" + xml(graph.title) +
                    "</title>\n<defs><marker id=\"a\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" "
                    "markerHeight=\"7\" orient=\"auto\"><path d=\"M0,0 L8,4 L0,8 z\" fill=\"#6b7280\"/></marker></defs>\n"
                    "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n";
  for (const Edge& edge : graph.edges) {
    out += "<path d=\"" + path_between(layout.nodes[edge.from], layout.nodes[edge.to]) +
           "\" fill=\"none\" stroke=\"" + std::string(colour_of(edge.kind)) + "\"" + std::string(dash_of(edge.kind)) +
           " marker-end=\"url(#a)\"><title>" + xml(std::string(graph.nodes[edge.from].label) + " " + std::string(to_string(edge.kind)) + " " + std::string(graph.nodes[edge.to].label)) +
           "</title></path>\n";
  }
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    const KindStyle style = style_of(node.kind);
    const Point& at = layout.nodes[i];
    out += "<g><title>" + xml(std::string(node.label) + " (" + std::string(node.kind) + ") " + std::string(node.detail)) + "</title><rect x=\"" + number(at.x) +
           "\" y=\"" + number(at.y) + "\" width=\"" + number(box_width) + "\" height=\"" + number(box_height) +
           "\" rx=\"5\" fill=\"" + std::string(style.fill) + "\" stroke=\"" + std::string(style.line) + "\"/><text x=\"" +
           number(at.x + 10) + "\" y=\"" + number(at.y + 22) + "\">" + xml(fitted(node.label, label_size)) + "</text></g>\n";
  }
  return out + "</svg>\n";
}

Status write_html(const Graph& graph, const std::function<Status(std::string_view)>& sink) {
  std::string begin(page_head);
  begin += "<title>" + xml(graph.title) + "</title>\n";
  begin += page_style;
  begin += "<body>\n";
  begin += page_body;
  Status status = sink(begin + "<script>const G=");
  if (status) status = write_json(graph, lay_out(graph), sink);
  if (status) status = sink(";</script>\n" + std::string(page_script) + "</body></html>\n");
  return status;
}

std::string render_html(const Graph& graph) {
  std::string out;
  const Status always = write_html(graph, [&](std::string_view piece) -> Status {
    out += piece;
    return Done{};
  });
  return always ? out : std::string();
}

}  // namespace tidegate::graph
