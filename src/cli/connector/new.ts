/** `plumbline connector new`: a commented starter that passes its test at once. Owns copying the template; asks nothing, overwrites nothing. */
import type { Command } from 'commander';
import { PlumblineError } from '../../model/errors.js';

const USAGE = 2;

function titleOf(id: string): string {
  return id.split('-').map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join(' ');
}

async function copyStarter(from: string, to: string, id: string): Promise<void> {
  const [{ mkdir, readFile, readdir, writeFile }, { dirname, join, relative }] = await Promise.all([import('node:fs/promises'), import('node:path')]);
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const target = join(to, relative(from, path));
    const text = (await readFile(path, 'utf8')).replaceAll('__ID__', id).replaceAll('__TITLE__', titleOf(id));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text, { flag: 'wx' });
  }
}

async function create(id: string, flags: { folder?: string }): Promise<number> {
  if (!/^[a-z][a-z0-9-]{1,40}$/.test(id)) {
    process.stderr.write('An id is 2 to 41 small letters, digits and dashes, such as acme-flow.\n');
    return USAGE;
  }
  const [{ existsSync }, { copyFile }, { join, resolve }, find, { projectPaths }, { testConnector }] = await Promise.all([
    import('node:fs'), import('node:fs/promises'), import('node:path'), import('./find.js'), import('../../runtime/paths.js'), import('../../collect/index.js')]);
  const root = resolve(flags.folder ?? find.ownFolder());
  const folder = join(root, id);
  const taken = find.allFolders().find((each) => find.idOf(each) === id) ?? (existsSync(folder) ? folder : undefined);
  if (taken !== undefined) throw new PlumblineError('PLB-START-010', `There is a connector named ${id} already, in ${taken}.`, { id });
  const { packs } = projectPaths();
  await copyStarter(join(packs, 'connector-starter'), folder, id);
  if (root !== find.sharedFolder()) for (const schema of ['schema.json', 'steps-schema.json']) await copyFile(join(packs, 'connectors', schema), join(root, schema));
  await testConnector({ connector: await find.loadFrom(folder), update: true });
  process.stdout.write([
    `Written: ${folder}`,
    '  manifest.yaml   what is asked and what it becomes; the comments say what to change',
    '  steps.yaml      what each type of step does',
    '  README.md       how to make a key, what cannot be seen',
    '  fixtures/       an invented estate and what must come of it',
    '',
    `Next: bin/plumbline connector test ${id}    then follow docs/connectors/your-own-platform.md`, '',
  ].join('\n'));
  return 0;
}

export function registerNew(parent: Command): void {
  parent
    .command('new')
    .description('write a commented starter for a platform of your own; it passes its test at once')
    .argument('<id>', 'small letters, digits and dashes')
    .option('--folder <folder>', 'where its folder is made (default: PLUMBLINE_CONNECTORS, or connectors in the data folder)')
    .action(async (id: string, flags: { folder?: string }) => {
      process.exitCode = await create(id, flags);
    });
}
