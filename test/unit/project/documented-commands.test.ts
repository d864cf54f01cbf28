import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../../src/cli/run-cli.js';
import { ERRORS } from '../../../src/model/errors.js';

const root = join(import.meta.dirname, '../../..');
const program = await createProgram(undefined);
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Readonly<Record<string, string>> };

interface Documented {
  readonly where: string;
  readonly line: string;
}

function pages(): string[] {
  const above = readdirSync(root).filter((name) => name.endsWith('.md'));
  const below = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md')).map((name) => join('docs', name));
  return [...above, ...below].sort();
}

/** Every line of a fenced `sh` block. */
function blocks(where: string): Documented[] {
  const text = readFileSync(join(root, where), 'utf8');
  const lines = [...text.matchAll(/^```sh\n(.*?)^```/gms)].flatMap((block) => block[1]!.split('\n'));
  return lines.map((line) => line.replace(/\s+#.*$/, '').trim()).filter((line) => line !== '').map((line) => ({ where, line }));
}

/** Our command and npm's inside a sentence. */
function inline(where: string): Documented[] {
  const text = readFileSync(join(root, where), 'utf8').replaceAll(/^```.*?^```/gms, '');
  return [...text.matchAll(/`((?:(?:bin\/)?plumbline [a-z]|npm |npx )[^`]*)`/g)].map((match) => ({ where, line: match[1]! }));
}

/** What is wrong with our command as it is written; null when it would be understood. */
function problemOf(words: readonly string[]): string | null {
  let command: Command = program;
  let rest = [...words];
  for (let next = named(command, rest[0]); next !== undefined; next = named(command, rest[0])) {
    command = next;
    rest = rest.slice(1);
  }
  if (command === program && !['--help', '--version'].includes(rest[0] ?? '')) return `there is no command ${rest[0]}`;
  const options = [...command.options, ...program.options].flatMap((option) => [option.long, option.short]);
  const unknown = rest.find((word) => word.startsWith('-') && word !== '--help' && !options.includes(word.split('=')[0]!));
  if (unknown !== undefined) return `${command.name()} has no option ${unknown}`;
  const lonely = rest.some((word) => !word.startsWith('-')) && command.registeredArguments.length === 0 && !rest.some((word) => word.startsWith('-'));
  return lonely ? `${command.name()} takes no ${rest[0]}` : null;
}

function named(command: Command, word: string | undefined): Command | undefined {
  return command.commands.find((each) => each.name() === word);
}

function problemIn(line: string): string | null {
  const [words = []] = line.replace(/^(?:[A-Z_]+=\S+\s+)*/, '').split(/\s*[|>]\s*/).map((part) => part.split(/\s+/));
  const [tool, ...rest] = words;
  if (tool === 'bin/plumbline' || tool === 'plumbline') return problemOf(rest);
  if (tool === 'npm') {
    const script = rest[0] === 'run' ? rest[1]! : rest[0]!;
    return script in scripts || ['ci', 'install'].includes(script) ? null : `package.json has no script ${script}`;
  }
  if (tool === 'npx') return ['vitest', 'zapier-sdk'].includes(rest[0] ?? '') ? null : `nobody says what ${rest[0]} is`;
  return ['git', 'cd', 'node', 'curl', 'docker', 'export', 'tar', 'pg_dump', 'psql'].includes(tool ?? '') ? null : `${tool} is no command that we document`;
}

const documented = pages().flatMap((page) => [...blocks(page), ...inline(page)]);
const advised = Object.entries(ERRORS).flatMap(([code, { next }]) => [...next.matchAll(/`((?:bin\/)?plumbline [^`]+)`/g)].map((match) => ({ where: code, line: match[1]! })));

describe('every command that the documents and the errors name', () => {
  it('is found at all', () => {
    expect(documented.length).toBeGreaterThan(12);
    expect(documented.map((each) => each.line)).toEqual(expect.arrayContaining(['npm start', 'bin/plumbline doctor', 'bin/plumbline scan exports/ --json --fail-on high']));
    expect(advised.length).toBeGreaterThan(0);
  });

  it.each([...documented, ...advised])('$where: $line', ({ line }) => {
    expect(problemIn(line)).toBeNull();
  });

  it.each([
    ['bin/plumbline fly', 'there is no command fly'],
    ['bin/plumbline scan exports/ --turbo', 'scan has no option --turbo'],
    ['bin/plumbline audit verify --exprot trail', 'verify has no option --exprot'],
    ['npm run bnech', 'package.json has no script bnech'],
    ['rm -rf everything', 'rm is no command that we document'],
  ])('would be found wrong: %s', (line, problem) => {
    expect(problemIn(line)).toBe(problem);
  });
});
