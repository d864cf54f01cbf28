/**
 * As which user, and by which way, PostgreSQL is run. Owns: leaving root, and the case that the checkout lies where the
 * other user may not look (a 0700 home). Does not own: what is run.
 *
 * PostgreSQL refuses to run as root, so root runs it as `nobody`. Where `nobody` cannot reach the files, the least that
 * helps is chosen, and nobody's home changes its rights: a private mount namespace that shows just the two folders
 * elsewhere to this one process; else (in a chroot, for one) the single right to pass through folders; else copies under
 * /var/lib/plumbline, which is told on the way, because the data is then not in the one folder where it belongs.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

export interface PostgresAccount {
  /** Where the data folder lies on disk. */
  readonly data: string;
  /** How the data folder is called by the program itself. */
  readonly dataSeen: string;
  /** Sentence for the person who starts, null when there is nothing to say. */
  readonly notice: string | null;
  /** Gives a folder or file to the account. */
  give(path: string): void;
  launch(program: 'initdb' | 'postgres', args: readonly string[]): Launch;
}

interface Ids {
  readonly uid: number;
  readonly gid: number;
}

function nobody(): Ids {
  const line = readFileSync('/etc/passwd', 'utf8').split('\n').find((entry) => entry.startsWith('nobody:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  return { uid: Number(uid ?? 65534), gid: Number(gid ?? 65534) };
}

/** May this user pass through every folder above the path? */
function canReach(path: string, ids: Ids): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid, gid } = statSync(folder);
    const bit = uid === ids.uid ? 0o100 : gid === ids.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (dirname(folder) === folder) return true;
  }
}

function ordinary(native: string, data: string): PostgresAccount {
  return { data, dataSeen: data, notice: null, give: () => undefined, launch: (program, args) => ({ command: join(native, 'bin', program), args }) };
}

function direct(native: string, data: string, ids: Ids, notice: string | null = null): PostgresAccount {
  return {
    data, dataSeen: data, notice,
    give: (path) => chownSync(path, ids.uid, ids.gid),
    launch: (program, args) => ({ command: join(native, 'bin', program), args, ...ids }),
  };
}

/** Only root can put anything here, so nobody can slip other programs under the mount points. */
const MOUNT_PARENT = '/run';

function mountPoint(data: string): string {
  return join(MOUNT_PARENT, `plumbline-${shortHash(data)}`);
}

/** $1-$4 the two mounts, $5 and $6 the account, then the program; `exec` keeps the process number all the way. */
const MOUNT_AND_RUN = `mount --bind "$1" "$2" && mount --bind "$3" "$4" || exit 125
uid=$5; gid=$6; shift 6
exec setpriv --reuid="$uid" --regid="$gid" --clear-groups --no-new-privs -- "$@"`;

/** The two mount points are empty folders that stay empty for everybody else on the machine. */
function mounted(native: string, data: string, ids: Ids): PostgresAccount {
  const point = mountPoint(data);
  const [nativePoint, dataPoint] = [join(point, 'postgres'), join(point, 'data')];
  const parent = dirname(data);
  for (const folder of [point, nativePoint, dataPoint]) {
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o755);
  }
  const dataSeen = join(dataPoint, 'data');
  return {
    data, dataSeen, notice: null,
    give: (path) => chownSync(path, ids.uid, ids.gid),
    launch: (program, args) => ({
      command: 'unshare',
      args: ['--mount', '--propagation', 'private', 'sh', '-c', MOUNT_AND_RUN, 'sh', native, nativePoint, parent, dataPoint, String(ids.uid), String(ids.gid), join(nativePoint, 'bin', program), ...args],
    }),
  };
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** `nobody` with one capability: to search and read folders, not to write. Its data folder is its own. */
function searching(native: string, data: string, ids: Ids): PostgresAccount {
  const account = ['--reuid', String(ids.uid), '--regid', String(ids.gid), '--clear-groups', '--no-new-privs'];
  // Without the last setting the kernel forgets the right where a program asks "may I?" before it opens, as PostgreSQL does.
  const right = ['--inh-caps', '-all,+dac_read_search', '--ambient-caps', '-all,+dac_read_search', '--bounding-set', '-all,+dac_read_search', '--securebits', '+no_setuid_fixup'];
  return {
    data, dataSeen: data, notice: null,
    give: (path) => chownSync(path, ids.uid, ids.gid),
    launch: (program, args) => ({ command: 'setpriv', args: [...account, ...right, '--', join(native, 'bin', program), ...args] }),
  };
}

/** Proven by doing it: what is allowed depends on the container around us. initdb complains when it cannot read itself. */
function runs(account: PostgresAccount): boolean {
  const { command, args } = account.launch('initdb', ['--version']);
  const answer = spawnSync(command, [...args], { encoding: 'utf8', timeout: 5_000, cwd: '/' });
  return answer.status === 0 && answer.stderr === '';
}

/** Root only, and only where none of the gentler ways works. */
function relocated(native: string, data: string, ids: Ids): PostgresAccount {
  const folder = join('/var/lib/plumbline', shortHash(data));
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const programs = join(folder, 'postgres');
  if (!existsSync(join(programs, 'complete'))) {
    cpSync(native, programs, { recursive: true, verbatimSymlinks: true });
    mkdirSync(join(programs, 'complete'));
  }
  const moved = join(folder, 'pgdata');
  mkdirSync(moved, { recursive: true });
  chownSync(moved, ids.uid, ids.gid);
  const notice = `PostgreSQL may not run as root and cannot reach ${dirname(dirname(data))}; its files are in ${folder}. Keep that folder with your backups, or run Plumbline as an ordinary user.`;
  return direct(programs, join(moved, 'data'), ids, notice);
}

/** `native` is the folder of the programs, `data` where the cluster should lie. */
export function postgresAccount(native: string, data: string): PostgresAccount {
  if (process.platform === 'win32' || process.getuid?.() !== 0) return ordinary(native, data);
  const ids = nobody();
  const before = join('/var/lib/plumbline', shortHash(data), 'pgdata', 'data');
  if (existsSync(before)) return relocated(native, data, ids);
  if (canReach(join(native, 'bin', 'postgres'), ids) && canReach(data, ids)) return direct(native, data, ids);
  mkdirSync(dirname(data), { recursive: true });
  const inNamespace = mounted(native, data, ids);
  if (runs(inNamespace)) return inNamespace;
  rmSync(mountPoint(data), { recursive: true, force: true });
  const withRight = searching(native, data, ids);
  return runs(withRight) ? withRight : relocated(native, data, ids);
}
