/** Makes flows of Node-RED as long as asked for. Owns nothing but that. */
import type { FlowItem } from '../src/runtime/demo/flow-nodes.js';

const PER_TAB = 50;

/** Tabs of 49 nodes each: `count` items with the tabs. `mark` makes them differ from those made with another. */
export function manyFlows(count: number, mark = ''): FlowItem[] {
  return Array.from({ length: count / PER_TAB }, (_tab, tab) => {
    const id = (node: number): string => `${tab.toString(16).padStart(8, '0')}${node.toString(16).padStart(8, '0')}`;
    const nodes = Array.from({ length: PER_TAB - 1 }, (_node, at) => ({
      id: id(at + 1), z: id(0), x: 100 + at, y: 80, name: `Step ${at}${mark}`, wires: at < PER_TAB - 2 ? [[id(at + 2)]] : [],
      ...(at % 7 === 0 ? { type: 'http request', method: 'GET', url: `https://api${tab % 20}.partners.example.com/v1/${at}`, ret: 'obj', paytoqs: 'ignore' } : { type: 'function', func: `msg.payload.step = ${at};\nreturn msg;`, outputs: 1, timeout: 0, initialize: '', finalize: '', libs: [] }),
    }));
    return [{ id: id(0), type: 'tab', label: `Lane ${tab}`, disabled: false, info: '' }, ...nodes];
  }).flat();
}
