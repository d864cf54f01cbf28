/** `plumbline connector`: what can be connected, and the tools to write and test a connector. Each subcommand lives in src/cli/connector/. */
import type { Command } from 'commander';
import { registerList } from './connector/list.js';
import { registerLint } from './connector/lint.js';
import { registerNew } from './connector/new.js';
import { registerRecord } from './connector/record.js';
import { registerReplay } from './connector/replay.js';
import { registerShow } from './connector/show.js';
import { registerTest } from './connector/test.js';

export function registerConnectorCommand(program: Command): void {
  const connector = program.command('connector').description('what can be connected, and tools to write and test a connector');
  registerList(connector);
  registerShow(connector);
  registerNew(connector);
  registerLint(connector);
  registerRecord(connector);
  registerReplay(connector);
  registerTest(connector);
}
