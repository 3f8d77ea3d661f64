/** The page that shows every phone of the demo: Chinese with English beside. All data is put in as text, never as HTML. */
export const PHONES_PAGE = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>DEMO 志愿者手机 Phones</title>
<style>
body { margin: 0; font: 18px/1.5 system-ui, "Noto Sans CJK SC", sans-serif; background: #e4e4e2; color: #1c1c1c; }
header { padding: .6rem 1rem; background: #4a3a00; color: #fff; }
main { display: flex; flex-wrap: wrap; gap: 1rem; padding: 1rem; }
section { width: 20rem; background: #fff; border: 1px solid #777; border-radius: 1rem; padding: 1rem; }
h2 { margin: 0 0 .5rem; font-size: 1.2rem; }
article { border-top: 1px solid #999; padding: .5rem 0; }
article.over { color: #5c5c5c; }
a { display: inline-block; min-height: 44px; line-height: 44px; }
button { min-width: 44px; min-height: 44px; margin: .3rem .3rem 0 0; font: inherit; }
.trouble { color: #a00000; }
</style>
</head>
<body>
<header><strong>DEMO</strong> 演示：志愿者与家属的手机，均为模拟。Simulated phones of volunteers and relatives.</header>
<main id="phones" aria-live="polite"></main>
<script>
const KINDS = { emergency: "紧急呼叫 Emergency", fall: "跌倒 Fall", inactivity: "久无活动 Inactivity", service: "服务请求 Service" };
const ANSWERS = [["seen", "已看到 Seen"], ["accept", "我去 Accept"], ["decline", "去不了 Decline"],
  ["enroute", "在路上 On the way"], ["arrive", "已到达 Arrived"], ["done", "已离开 Done"]];
const add = (parent, tag, text) => {
  const node = document.createElement(tag);
  if (text !== undefined) node.textContent = text;
  parent.append(node);
  return node;
};
const clock = (at) => new Date(at).toLocaleTimeString("zh-CN", { hour12: false });
async function send(responder, offer, answer) {
  await fetch("/answer", { method: "POST", headers: { "content-type": "application/json" },
    body: JSON.stringify({ responder, offer, answer }) });
  await show(true);
}
function showOffer(phone, offer) {
  const { message, withdrawn, answered, trouble } = offer;
  const row = add(phone, "article");
  add(row, "strong", clock(offer.at) + " " + (KINDS[message.alarm.kind] || message.alarm.kind));
  const home = message.resident;
  add(row, "div", home ? [home.name, home.building, home.unit, home.room].filter(Boolean).join(" ") : "住户不详 Resident unknown");
  if (offer.openable) {
    const link = add(row, "a", "打开页面 Open page");
    link.href = "/open?offer=" + encodeURIComponent(message.offer.id);
    link.target = "_blank";
    link.rel = "noreferrer";
  }
  if (answered) add(row, "div", "已回复 Answered: " + (ANSWERS.find(([key]) => key === answered) || [])[1]);
  if (withdrawn) {
    row.className = "over";
    add(row, "div", clock(withdrawn.at) + " 已撤回，无需前往 Stand down" + (withdrawn.reason ? ": " + withdrawn.reason : ""));
  } else if (offer.answerable) {
    for (const [key, label] of ANSWERS) {
      const button = add(row, "button", label);
      button.onclick = () => send(offer.responder, message.offer.id, key);
    }
  }
  if (trouble) { const line = add(row, "div", trouble); line.className = "trouble"; }
}
let last = "";
async function show(force) {
  const text = await fetch("/phones.json").then((response) => response.text(), () => last);
  if (!text || (text === last && !force)) return;
  last = text;
  const { names, offers } = JSON.parse(text);
  const nameOf = (responder) => names[responder] || responder;
  const people = [...new Set([...Object.values(names), ...offers.map((offer) => nameOf(offer.responder))])];
  const page = document.getElementById("phones");
  page.replaceChildren();
  for (const person of people) {
    const phone = add(page, "section");
    add(phone, "h2", person);
    const own = offers.filter((offer) => nameOf(offer.responder) === person).reverse();
    if (own.length === 0) add(phone, "div", "没有消息 No messages");
    for (const offer of own) showOffer(phone, offer);
  }
}
show();
setInterval(show, 1000);
</script>
</body>
</html>
`;
