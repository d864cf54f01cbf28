/** Running a short command and reading what it prints. Owns: deadline and output cap. Does not own: long-lived children. */
import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface CommandResult {
  readonly ok: boolean;
  readonly output: string;
  readonly error: string;
}

export interface CommandOptions {
  readonly deadlineMs?: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** Never rejects: a missing program, a failure and a passed deadline are all `ok: false`. */
export function runCommand(command: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return new Promise((resolve) => {
    const settings = { timeout: options.deadlineMs ?? 10_000, killSignal: 'SIGKILL' as const, maxBuffer: 4 * 1024 * 1024, env: options.env ?? process.env, cwd: options.cwd };
    execFile(command, [...args], settings, (error, stdout, stderr) => resolve({ ok: error === null, output: stdout, error: stderr || (error?.message ?? '') }));
  });
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Full path of a program on PATH, or null. A path with a slash is taken as it stands. */
export function findProgram(name: string, path = process.env['PATH'] ?? ''): string | null {
  if (name.includes('/')) return isProgram(name) ? name : null;
  for (const folder of path.split(delimiter)) {
    if (folder !== '' && isProgram(join(folder, name))) return join(folder, name);
  }
  return null;
}
