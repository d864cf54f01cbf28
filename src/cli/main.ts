/** The program behind bin/plumbline. Owns handing over the arguments and the exit code. */
import { runCli } from './run-cli.js';

// `plumbline ... | head` closes the pipe early; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
process.exitCode = await runCli(process.argv.slice(2));
