/** Owns: the demo flows behind the counter: stock, sensors, backup, newsletter, a retired import. Does not own: the rest (flows.ts). */
import { code, debug, httpIn, httpRequest, httpResponse, idOf, inject, node, tab, type FlowItem } from './flow-nodes.js';

/** A supplier with a certificate nobody checks, and a price board reached in clear text. */
export function stock(): FlowItem[] {
  const on = 'stock';
  return [
    tab(on, 'Green bean stock', { info: 'Compares our stock with the importer and publishes prices. Owner: Purchasing.' }),
    inject('stock.start', { on, x: 130, y: 80 }, { name: 'Compare stock', to: [['stock.importer']] }),
    httpRequest('stock.importer', { on, x: 310, y: 80 }, {
      name: 'Importer stock', url: 'https://stock.beanport.example.com/api/lots', tls: idOf('tls.lenient'), authType: 'basic',
      credentials: { user: 'brackenfield', password: 'demo-beanport-password' }, to: [['stock.compare']],
    }),
    code('stock.compare', { on, x: 490, y: 80 }, { name: 'Find what runs low', func: COMPARE, to: [['stock.board']] }),
    httpRequest('stock.board', { on, x: 680, y: 80 }, { name: 'Price board', method: 'PUT', url: 'http://board.roastprices.example.org/lots', to: [['stock.log']] }),
    debug('stock.log', { on, x: 860, y: 80 }, 'Published'),
  ];
}

/** Machine readings over MQTT without TLS. */
export function sensors(): FlowItem[] {
  const on = 'sensors';
  return [
    tab(on, 'Roaster sensors', { info: 'Drum temperatures into the data lake. Owner: Production.' }),
    node('sensors.in', 'mqtt in', { on, x: 130, y: 80 }, {
      name: 'Drum temperature', topic: 'floor/+/drum/celsius', qos: '1', datatype: 'auto-detect', broker: idOf('broker'), nl: false, rap: true, rh: 0, inputs: 0,
      to: [['sensors.smooth']],
    }),
    code('sensors.smooth', { on, x: 320, y: 80 }, { name: 'Average of ten', func: SMOOTH, to: [['sensors.lake']] }),
    httpRequest('sensors.lake', { on, x: 510, y: 80 }, {
      name: 'Data lake', method: 'POST', url: 'https://ingest.drumlake.example.com/readings', tls: idOf('tls.strict'), authType: 'bearer',
      credentials: { password: 'demo-drumlake-token' }, to: [[]],
    }),
    inject('sensors.midnight', { on, x: 140, y: 180 }, { name: 'Every midnight', crontab: '00 00 * * *', to: [['sensors.reset']] }),
    code('sensors.reset', { on, x: 330, y: 180 }, { name: 'Empty the averages', func: 'flow.set("readings", []);\nreturn null;', to: [[]] }),
  ];
}

/** A shell command on the server itself. */
export function backup(): FlowItem[] {
  const on = 'backup';
  return [
    tab(on, 'Roast log backup', { info: 'Packs the roast log. Started by hand since the night run was moved. Owner: nobody at present.' }),
    inject('backup.start', { on, x: 120, y: 80 }, { name: 'Back up now', to: [['backup.pack']] }),
    node('backup.pack', 'exec', { on, x: 300, y: 80 }, {
      name: 'Pack', command: 'tar -czf /srv/brackenfield/backup/roast-log.tgz /srv/brackenfield/roast-log', addpay: '', append: '', useSpawn: 'false', timer: '60',
      winHide: false, oldrc: false, to: [['backup.log'], [], []],
    }),
    debug('backup.log', { on, x: 480, y: 80 }, 'Packed'),
  ];
}

/** A public form whose addresses go to a mailing service. */
export function newsletter(): FlowItem[] {
  const on = 'newsletter';
  return [
    tab(on, 'Newsletter sign-up', { info: 'The form in the footer of the web shop. Owner: Marketing.' }),
    httpIn('newsletter.in', { on, x: 130, y: 80 }, { name: 'Sign up', method: 'post', url: '/newsletter', to: [['newsletter.check']] }),
    code('newsletter.check', { on, x: 310, y: 80 }, { name: 'Looks like an address', func: CHECK_ADDRESS, outputs: 2, to: [['newsletter.add'], ['newsletter.bad']] }),
    httpRequest('newsletter.add', { on, x: 510, y: 60 }, {
      name: 'Mailing list', method: 'POST', url: 'https://lists.postwren.test/v3/members', tls: idOf('tls.strict'), authType: 'bearer',
      credentials: { password: 'demo-postwren-token' }, to: [['newsletter.ok']],
    }),
    httpResponse('newsletter.ok', { on, x: 690, y: 60 }, { name: 'Thank you', statusCode: '201' }),
    httpResponse('newsletter.bad', { on, x: 510, y: 120 }, { name: 'Not an address', statusCode: '422' }),
  ];
}

/** Switched off and forgotten, with its timer still set. */
export function loyalty(): FlowItem[] {
  const on = 'loyalty';
  return [
    tab(on, 'Loyalty import (retired)', { disabled: true, info: 'Replaced by the web shop in spring.' }),
    inject('loyalty.start', { on, x: 140, y: 80 }, { name: 'Mondays at five', crontab: '00 05 * * 1', to: [['loyalty.fetch']] }),
    httpRequest('loyalty.fetch', { on, x: 330, y: 80 }, { name: 'Stamp cards', url: 'http://cards.loyalbean.example.com/export.csv', ret: 'txt', to: [['loyalty.parse']] }),
    node('loyalty.parse', 'csv', { on, x: 500, y: 80 }, {
      name: 'Rows', spec: 'rfc', sep: ',', hdrin: true, hdrout: 'none', multi: 'one', ret: '\\n', temp: '', skip: '0', strings: true, include_empty_strings: '', include_null_values: '',
      to: [[]],
    }),
  ];
}

const COMPARE = `const ours = global.get("lots") || {};
msg.payload = (msg.payload.lots || [])
    .filter((lot) => (ours[lot.id] || 0) < lot.reorderAt)
    .map((lot) => ({ id: lot.id, origin: lot.origin, kilos: lot.kilos }));
return msg;`;

const SMOOTH = `const readings = (flow.get("readings") || []).concat(Number(msg.payload)).slice(-10);
flow.set("readings", readings);
msg.payload = { drum: msg.topic.split("/")[1], celsius: readings.reduce((a, b) => a + b, 0) / readings.length };
return msg;`;

const CHECK_ADDRESS = `const email = String((msg.payload || {}).email || "");
if (!/^[^@\\s]+@[^@\\s]+$/.test(email)) {
    return [null, msg];
}
msg.payload = { email: email, source: "shop footer" };
return [msg, null];`;
