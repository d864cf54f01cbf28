/** `plumbline doctor` as a command. Owns its options; doctor.ts owns what is printed. */
import type { Command } from 'commander';

export function registerDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('say for every part what was found, and the one thing to do about what is missing')
    .option('--json', 'print everything as one JSON object')
    .action(async (flags: { json?: boolean }) => {
      const { runDoctor } = await import('./doctor.js');
      process.exitCode = await runDoctor({ json: flags.json === true }, { out: (text) => void process.stdout.write(text), error: (text) => void process.stderr.write(text) });
    });
}
