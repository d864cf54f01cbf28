// Preloaded into a platform: writes every name it looks up and every connection it opens, one per line, to PLUMBLINE_PROBE.
const { appendFileSync } = require('node:fs');
const dns = require('node:dns');
const net = require('node:net');

function note(line) {
  appendFileSync(process.env.PLUMBLINE_PROBE, `${line}\n`);
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const options = Array.isArray(args[0]) ? args[0][0] : args[0];
  note(typeof options === 'object' && options !== null ? `connect ${options.host ?? options.path ?? 'localhost'}:${options.port ?? ''}` : `connect ${args.join(':')}`);
  return connect.apply(this, args);
};

for (const owner of [dns, dns.promises]) {
  for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) {
    const original = owner[name];
    owner[name] = function (host, ...rest) {
      note(`lookup ${host}`);
      return original.call(this, host, ...rest);
    };
  }
}
