/** `plumbline up`: starts everything and stays until Ctrl+C. Owns the options and what is said when all is ready. */
import type { Command } from 'commander';
import type { RunningPlumbline } from '../runtime/running.js';

export function registerUpCommand(program: Command): void {
  program
    .command('up')
    .description('start Plumbline on this machine and stay until Ctrl+C')
    .option('--no-demo', 'start without the demo platform, which is shown while nothing else is connected')
    .action(async (flags: { demo: boolean }) => {
      const [{ runPlumbline }, { readConfiguration }, { stderrProgress }] = await Promise.all([
        import('../runtime/run-plumbline.js'), import('../runtime/configuration.js'), import('../runtime/progress.js'),
      ]);
      const options = { configuration: readConfiguration(), demo: flags.demo, progress: stderrProgress() };
      process.exitCode = await runPlumbline(options, (running) => void process.stdout.write(readyText(running)));
    });
}

export function readyText({ configuration, firstAdminUrl, demo }: Pick<RunningPlumbline, 'firstAdminUrl' | 'demo'> & { configuration: { baseUrl: string } }): string {
  const lines = ['', `Plumbline is ready: ${configuration.baseUrl}`];
  if (firstAdminUrl !== null) lines.push('', 'Nobody has an account yet. Open this link once, within a day, to become the first administrator:', `  ${firstAdminUrl}`);
  if (demo !== null) {
    lines.push('', `${demo.name} (Node-RED) is connected and being scanned. To change a flow: ${demo.editorUrl}`);
    lines.push(`  user ${demo.admin.username}, password ${demo.admin.password}. Remove the demo in the portal, or with: bin/plumbline demo remove`);
  }
  return `${[...lines, '', 'Stop with Ctrl+C.'].join('\n')}\n`;
}
