/**
 * Owns: the flows of the demo estate, a coffee roaster that does not exist, with the faults a scan is there to find. Does
 * not own: how they get into Node-RED.
 *
 * Nothing here reaches out by itself: no start at boot, the one timer that is switched on touches nothing but a counter, the
 * broker does not connect, and every host is a reserved name, except the AI provider, whose call waits for a person.
 */
import { aiTriage, orders } from './flows-customers.js';
import { backup, loyalty, newsletter, sensors, stock } from './flows-operations.js';
import { config, type FlowItem } from './flow-nodes.js';

export const DEMO_COMPANY = 'Brackenfield Coffee Roasters';

export function demoFlows(): FlowItem[] {
  return [...orders(), ...stock(), ...aiTriage(), ...sensors(), ...backup(), ...newsletter(), ...loyalty(), ...shared()];
}

/** Configuration nodes: what the flows share. */
function shared(): FlowItem[] {
  const tls = { cert: '', key: '', ca: '', certname: '', keyname: '', caname: '', servername: '', alpnprotocol: '' };
  return [
    config('tls.lenient', 'tls-config', 'Bean port (self-signed)', { ...tls, verifyservercert: false }),
    config('tls.strict', 'tls-config', 'Public certificates', { ...tls, verifyservercert: true }),
    config('broker', 'mqtt-broker', 'Roastery floor', {
      broker: 'mqtt.roastery.test', port: '1883', tls: '', clientid: '', autoConnect: false, usetls: false, protocolVersion: '4',
      keepalive: '60', cleansession: true, autoUnsubscribe: true, birthTopic: '', birthQos: '0', birthRetain: 'false', birthPayload: '',
      birthMsg: {}, closeTopic: '', closeQos: '0', closeRetain: 'false', closePayload: '', closeMsg: {}, willTopic: '', willQos: '0',
      willRetain: 'false', willPayload: '', willMsg: {}, userProps: '', sessionExpiry: '',
      credentials: { user: 'floor', password: 'demo-floor-password' },
    }),
    config('globals', 'global-config', 'Roastery', {
      env: [
        { name: 'STAGE', value: 'production', type: 'str' },
        { name: 'SHOP_TOKEN', value: '', type: 'cred' },
      ],
      modules: {},
      credentials: { map: { SHOP_TOKEN: 'demo-shop-token' } },
    }),
  ];
}
