/** A program of its own that starts the demo estate of a home folder and waits to be killed. Arguments: home, port. */
import { startDemoEstate } from '../../../src/runtime/demo/index.js';

const [home = '', port = ''] = process.argv.slice(2);
const estate = await startDemoEstate({ home, port: Number(port) });
process.stdout.write(`${JSON.stringify({ pid: estate.pid, url: estate.url })}\n`);
setInterval(() => {}, 1_000);
