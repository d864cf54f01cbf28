/** Owns: the demo flows that meet customers: web-shop orders and help-desk tickets read by an AI. Does not own: the rest (flows.ts). */
import { code, debug, httpIn, httpRequest, httpResponse, idOf, inject, node, tab, type FlowItem } from './flow-nodes.js';

/** An endpoint anybody may call, and beside it one that a function guards. */
export function orders(): FlowItem[] {
  const on = 'orders';
  return [
    tab(on, 'Web shop orders', { info: 'Takes orders from the web shop and hands them to the warehouse. Owner: Shop team.' }),
    httpIn('orders.in', { on, x: 130, y: 80 }, { name: 'New order', method: 'post', url: '/shop/orders', to: [['orders.tidy']] }),
    code('orders.tidy', { on, x: 300, y: 80 }, { name: 'Tidy the order', func: TIDY_ORDER, to: [['orders.customer']] }),
    node('orders.customer', `subflow:${idOf('customer')}`, { on, x: 480, y: 80 }, { name: 'Clean up customer', env: [], to: [['orders.warehouse']] }),
    httpRequest('orders.warehouse', { on, x: 680, y: 80 }, {
      name: 'Warehouse', method: 'POST', url: 'https://orders.packhall.test/v2/pick-lists', tls: idOf('tls.strict'), authType: 'bearer',
      credentials: { password: 'demo-packhall-token' }, to: [['orders.done']],
    }),
    httpResponse('orders.done', { on, x: 860, y: 80 }, { name: 'Accepted', statusCode: '202', headers: { 'access-control-allow-origin': '*' } }),
    httpIn('orders.status', { on, x: 130, y: 180 }, { name: 'Order status', method: 'get', url: '/shop/orders/:number', to: [['orders.guard']] }),
    code('orders.guard', { on, x: 320, y: 180 }, { name: 'Only with the shop token', outputs: 2, func: GUARD, to: [['orders.look'], ['orders.refuse']] }),
    code('orders.look', { on, x: 530, y: 160 }, { name: 'Look it up', func: LOOK_UP, to: [['orders.answer']] }),
    httpResponse('orders.answer', { on, x: 720, y: 160 }, { name: 'Status', statusCode: '200' }),
    httpResponse('orders.refuse', { on, x: 540, y: 220 }, { name: 'Refused', statusCode: '401' }),
    ...customerSubflow(),
  ];
}

function customerSubflow(): FlowItem[] {
  const own = { info: 'Trims names and drops fields nobody asked for.', category: 'roastery', env: [{ name: 'COUNTRY', type: 'str', value: 'NL' }], meta: {}, color: '#C7A17A' };
  return [
    {
      id: idOf('customer'), type: 'subflow', name: 'Clean up customer', ...own,
      in: [{ x: 60, y: 60, wires: [{ id: idOf('customer.clean') }] }],
      out: [{ x: 420, y: 60, wires: [{ id: idOf('customer.clean'), port: 0 }] }],
    },
    code('customer.clean', { on: 'customer', x: 230, y: 60 }, { name: 'Clean', func: CLEAN_CUSTOMER, to: [[]] }),
  ];
}

/** Tickets go to a language model; one step carries a key that somebody typed into the code. */
export function aiTriage(): FlowItem[] {
  const on = 'tickets';
  return [
    tab(on, 'Help desk triage', {
      info: 'A language model sorts tickets by urgency. Owner: Customer care.',
      env: [{ name: 'MODEL', value: 'gpt-4o-mini', type: 'str' }],
    }),
    httpIn('tickets.in', { on, x: 120, y: 80 }, { name: 'New ticket', method: 'post', url: '/helpdesk/tickets', to: [['tickets.hold']] }),
    code('tickets.hold', { on, x: 280, y: 80 }, { name: 'Keep for triage', func: HOLD, to: [['tickets.taken']] }),
    httpResponse('tickets.taken', { on, x: 460, y: 80 }, { name: 'Taken', statusCode: '204' }),
    inject('tickets.start', { on, x: 130, y: 180 }, { name: 'Triage what is waiting', to: [['tickets.prompt']] }),
    code('tickets.prompt', { on, x: 330, y: 180 }, { name: 'Write the prompt', func: PROMPT, to: [['tickets.model']] }),
    httpRequest('tickets.model', { on, x: 520, y: 180 }, {
      name: 'Ask the model', method: 'POST', url: 'https://api.openai.com/v1/chat/completions', tls: idOf('tls.strict'), authType: 'bearer',
      credentials: { password: 'demo-openai-key' }, to: [['tickets.sort']],
    }),
    node('tickets.sort', 'switch', { on, x: 690, y: 180 }, {
      name: 'Urgent?', property: 'payload.choices[0].message.content', propertyType: 'msg',
      rules: [{ t: 'cont', v: 'urgent', vt: 'str' }, { t: 'else' }], checkall: 'true', repair: false, outputs: 2,
      to: [['tickets.escalate'], ['tickets.log']],
    }),
    code('tickets.escalate', { on, x: 870, y: 160 }, { name: 'Prepare the page', func: ESCALATE, to: [['tickets.page']] }),
    httpRequest('tickets.page', { on, x: 1050, y: 160 }, { name: 'Page the shift', method: 'POST', url: 'https://events.nightpager.example.org/v1/alerts', to: [[]] }),
    debug('tickets.log', { on, x: 870, y: 220 }, 'Not urgent'),
  ];
}

const TIDY_ORDER = `const order = msg.payload || {};
if (!Array.isArray(order.lines)) {
    order.lines = [];
}
msg.payload = {
    number: order.number,
    customer: order.customer,
    lines: order.lines.map((line) => ({ sku: line.sku, grams: Number(line.grams) })),
};
return msg;`;

const GUARD = `if (msg.req.headers["x-shop-token"] !== env.get("SHOP_TOKEN")) {
    msg.payload = { error: "token missing or wrong" };
    return [null, msg];
}
return [msg, null];`;

const LOOK_UP = `const known = flow.get("orders") || {};
msg.payload = known[msg.req.params.number] || { status: "unknown" };
return msg;`;

const CLEAN_CUSTOMER = `const customer = msg.payload.customer || {};
msg.payload.customer = {
    name: String(customer.name || "").trim(),
    email: String(customer.email || "").trim().toLowerCase(),
    country: customer.country || env.get("COUNTRY"),
};
return msg;`;

const HOLD = `const waiting = flow.get("waiting") || [];
waiting.push({ subject: msg.payload.subject, text: msg.payload.text, from: msg.payload.from });
flow.set("waiting", waiting.slice(-200));
return msg;`;

const PROMPT = `const waiting = flow.get("waiting") || [];
msg.headers = { "content-type": "application/json" };
msg.payload = {
    model: env.get("MODEL"),
    messages: [
        { role: "system", content: "Say urgent or later for each help-desk ticket." },
        { role: "user", content: waiting.map((t) => t.from + ": " + t.subject + "\\n" + t.text).join("\\n---\\n") },
    ],
};
return msg;`;

// The key below opens nothing: it is there to be found.
const ESCALATE = `const apiKey = "npk_live_7hQ2vX9mT4bR8sW3kZ6dL1pF";
msg.headers = { Authorization: "Bearer " + apiKey };
msg.payload = { severity: "high", summary: "Urgent ticket", source: "helpdesk" };
return msg;`;
