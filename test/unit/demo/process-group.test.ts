import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { endGroup } from '../../../src/runtime/demo/process-group.js';
import { processStartMark } from '../../../src/runtime/process-identity.js';

function sleeper(script: string) {
  return spawn(process.execPath, ['-e', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
}

describe('ending a process group', () => {
  it('leaves a process alone that only has the number of the one meant', async () => {
    const stranger = sleeper('setInterval(() => {}, 1000); console.log("up")');
    await once(stranger.stdout!, 'data');

    await endGroup({ pid: stranger.pid!, startMark: 'another beginning' });

    expect(processStartMark(stranger.pid!)).not.toBeNull();
    stranger.kill('SIGKILL');
  });

  it('ends one that will not listen, and its child', async () => {
    const deaf = sleeper(`
      const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
      process.on('SIGTERM', () => {});
      setInterval(() => {}, 1000);
      child.once('spawn', () => console.log(child.pid));`);
    const [text] = (await once(deaf.stdout!, 'data')) as [Buffer];
    const childPid = Number(text.toString());
    const childMark = processStartMark(childPid);

    await endGroup({ pid: deaf.pid!, startMark: processStartMark(deaf.pid!)! }, 300);

    expect(childMark).not.toBeNull();
    await expect.poll(() => processStartMark(childPid)).not.toBe(childMark);
    expect(processStartMark(deaf.pid!)).toBeNull();
  });
});
