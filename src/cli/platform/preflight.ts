/** Runs one preflight at the terminal: fields, key, table, exit code. Owns where the fields come from; the engine asks the platform. */
import { preflight, type Connector, type PreflightEntry } from '../../collect/index.js';
import { PlumblineError, describeError } from '../../model/errors.js';
import { lostInWords } from '../../model/kind-words.js';
import { projectPaths } from '../../runtime/paths.js';
import { givenFields } from '../scan/fields.js';
import { loadPacks } from '../scan/packs.js';
import { inert } from '../scan/table.js';

export interface PreflightFlags {
  platform: string;
  url?: string;
  keyFile?: string;
  key?: string;
  username?: string;
  /** `name=value`, each */
  field: readonly string[];
  json?: boolean;
  packs?: string;
}

const ALL = 0;
const SOME = 1;
const USAGE = 2;
const UNREAD = 3;

export async function runPreflight(flags: PreflightFlags): Promise<number> {
  try {
    const connector = await connectorOf(flags);
    const entries = await preflight({ connector, baseUrl: addressOf(connector, flags), secret: await fieldsOf(connector, flags), allowLoopback: true });
    process.stdout.write(flags.json === true ? `${JSON.stringify({ schema: 1, connectorId: connector.id, entries }, null, 2)}\n` : tableOf(connector, entries));
    return exitCodeOf(entries);
  } catch (error) {
    if (!(error instanceof PlumblineError)) throw error;
    process.stderr.write(`${describeError(error)}\n`);
    return error.code === 'PLB-COLLECT-010' || error.code === 'PLB-START-010' ? USAGE : UNREAD;
  }
}

async function connectorOf({ platform, packs }: PreflightFlags): Promise<Connector> {
  const { connectors } = await loadPacks(packs ?? projectPaths().packs);
  const connector = connectors.get(platform);
  if (!connector) throw new PlumblineError('PLB-COLLECT-010', `There is no connector named ${platform}; known are ${[...connectors.keys()].sort().join(', ')}.`, { connectorId: platform });
  if (connector.liveSource) return connector;
  throw new PlumblineError('PLB-COLLECT-010', `${connector.title} has no API to ask: it is read from exported files, with plumbline scan.`, { connectorId: platform });
}

function addressOf({ title, manifest }: Connector, { url }: PreflightFlags): string {
  const address = manifest.address.fixed ?? url;
  if (address !== undefined) return address;
  throw new PlumblineError('PLB-START-010', `${title} needs --url${manifest.address.example === undefined ? '' : `, such as ${manifest.address.example}`}.`);
}

/** As for a scan: one key, several by NAME=value or as JSON, further secrets from the environment. */
function fieldsOf(connector: Connector, { field, keyFile, username }: PreflightFlags): Promise<Record<string, string>> {
  return givenFields(connector, { fields: field, keyFile: keyFile ?? null, username: username ?? null });
}

const STATE_WORDS: Record<PreflightEntry['state'], string> = { granted: 'has it', forbidden: 'LACKS IT', unavailable: 'not there', failed: 'NO ANSWER', 'not-asked': 'in the scan' };

function isLacking({ state }: PreflightEntry): boolean {
  return state === 'forbidden' || state === 'failed';
}

function exitCodeOf(entries: readonly PreflightEntry[]): number {
  const lacking = entries.filter(isLacking);
  if (lacking.some((entry) => entry.required)) return UNREAD;
  return lacking.length > 0 ? SOME : ALL;
}

function tableOf({ title }: Connector, entries: readonly PreflightEntry[]): string {
  const rows = entries.map((entry) => [STATE_WORDS[entry.state], inert(`${entry.title}${entry.required ? ' (required)' : ''}`), inert(entry.right === 'none' ? 'needs none' : entry.right)]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => [...row[column]!].length), 5));
  const line = (row: readonly string[]): string => row.map((text, column) => (column < 2 ? text.padEnd(widths[column]!) : text)).join('  ').trimEnd();
  const lacking = entries.filter(isLacking);
  const lost = lacking.map((entry) => `${inert(entry.title)}: ${inert(entry.reason ?? entry.right)}. ${lostInWords(entry.kinds)}`);
  const end = lacking.length === 0 ? `The key may read all that ${title} is asked for.` : `The key lacks ${lacking.length} of ${entries.length} rights${lacking.some((entry) => entry.required) ? '; without the required ones a scan stays incomplete' : ''}.`;
  return `${[line(['KEY', 'PART', 'RIGHT']), ...rows.map(line)].join('\n')}\n\n${[...lost, end].join('\n')}\n`;
}
