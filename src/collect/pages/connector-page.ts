/** The docs page of one connector and the index of all, generated from manifests and READMEs. Owns their form. Pure. */
import type { Connector, SecretField } from '../manifest/connector.js';
import { EVIDENCE, addressText, limitTexts, readRows, signInOf } from './facts.js';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const code = (text: string): string => `\`${text}\``;

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}`, '', ...lines, ''];
}

/** Sections of the README that a manifest cannot tell: how to make a key, and whatever else is there. */
function readmeParts(readme: string): string[] {
  const body = readme.replace(/^# .*\n/, '').trim();
  return body === '' ? [] : [body.replaceAll(/^(#+) /gm, '#$1 ').trim(), ''];
}

function readTable(connector: Connector): string[] {
  const rows = readRows(connector);
  if (rows.length === 0) return [];
  const table = rows.map(({ title, requests, kinds, right, without }) => `| ${[cell(title), requests.map((each) => code(cell(each))).join('<br>'), kinds.join(', ') || '(a sign only)', cell(right), cell(without)].join(' | ')} |`);
  const notes = rows.filter((row) => row.notes.length > 0).map(({ title, notes: lines }) => `- **${title}**: ${lines.join(' ')}`);
  if (rows.some(({ kinds }) => kinds.length === 0)) notes.push('- *(a sign only)*: read to judge or complete other rows, such as what the key may see; nothing of its own is kept.');
  return ['| what | request | becomes | right of the key | without it |', '|---|---|---|---|---|', ...table, ...(notes.length > 0 ? ['', ...notes] : [])];
}

/** A field that only one way of signing in needs is not to be left empty there. */
function optionalWords({ manifest: { auth } }: Connector, { name, label, required }: SecretField): string {
  if (required) return '';
  const ways = auth.kind === 'choice' ? Object.entries(auth.of).filter(([, rule]) => JSON.stringify(rule).includes(`{${name}}`)).map(([way]) => way) : [];
  if (ways.length === 0) return label.includes('leave ') ? '' : ' (may be left empty)';
  return label.includes('(for ') ? '' : ` (for ${ways.join(' or ')})`;
}

function fieldLines(connector: Connector): string[] {
  const { manifest } = connector;
  const fields = manifest.secretFields.map((field) => ({ ...field, optional: optionalWords(connector, field) })).map(({ name, label, kind, hint, optional, options }) => `| ${code(name)} | ${cell(label)}${optional}${options ? `: ${options.join(', ')}` : ''} | ${kind === 'password' ? 'secret' : 'not secret'} | ${cell(hint ?? '')} |`);
  const meanings = manifest.secretFields.flatMap(({ label, means }) => (means ? [`${label} decides on hosts and sign-ins:`, ...Object.entries(means).map(([option, texts]) => `- **${option}**: ${[...new Set(Object.values(texts))].join(', ')}`)] : []));
  const table = ['| field | what it is | | hint |', '|---|---|---|---|', ...fields];
  return fields.length === 0 ? ['Nothing is asked for.'] : [...table, ...(meanings.length > 0 ? ['', ...meanings] : [])];
}

/** What a person types: a key file with the fields, then the look at rights and the scan. */
function commandLines({ manifest }: Connector): string[] {
  const { address: { fixed, example }, secretFields, id } = manifest;
  const names = secretFields.filter(({ required }) => required).map(({ name }) => name);
  const given = names.length > 0 ? names : secretFields.slice(0, 1).map(({ name }) => name);
  const url = fixed === undefined ? ` --url ${example ?? 'https://...'}` : '';
  const key = given.length === 0 ? '' : ` --key-file ${id}.keys`;
  const other = secretFields.filter(({ name }) => !given.includes(name)).map(({ name }) => code(name));
  const file = given.length === 0 ? [] : [`Fields go into a file that only you may read (${code(`chmod 600 ${id}.keys`)}), never on the command line:`, '', `\`\`\`text ${id}.keys`, ...given.map((name) => `${name}=...`), '```', '', ...(other.length === 0 ? [] : [`As your sign-in needs them, also ${other.join(', ')}. A value of several lines (PEM) goes into a JSON object in the file, with ${code('\\n')} for each end of line.`, ''])];
  return [...file, 'What the key may read, then a scan that keeps nothing:', '', '```sh', `bin/plumbline platform preflight --platform ${id}${url}${key}`, `bin/plumbline scan --platform ${id}${url}${key}`, '```'];
}

function fileLines({ manifest }: Connector): string[] {
  const { files } = manifest;
  if (!files) return [];
  const what = files.title === undefined ? '' : `${files.title}, `;
  return [`Exported files (${what}${files.names.join(', ')}) are judged without the platform: ${code(`bin/plumbline scan exports/ --platform ${manifest.id}`)}.`];
}

function unseenLines({ manifest }: Connector): string[] {
  const lines = manifest.notExposed.map(({ title, kinds, reason }) => `- **${title}**${kinds.length === 0 ? '' : ` (${kinds.join(', ')})`}: ${reason}`);
  return lines.length === 0 ? [] : [...lines, '', 'These stand in each scan as unavailable. Checks that need them say could-not-verify, never pass.'];
}

export function connectorPage(connector: Connector, readme: string): string {
  const { manifest } = connector;
  const lines = [
    `# ${manifest.title}`, '',
    '<!-- Generated by `node scripts/connector-pages.mjs` from packs/connectors; change the manifest or the README there. -->', '',
    manifest.about, '',
    `Connector ${code(manifest.id)}: ${EVIDENCE[manifest.evidence]}. It only reads: the manifest language cannot express a write.`, '',
    ...(connector.liveSource ? section('Connect', [addressText(connector), '', signInOf(connector), '', ...fieldLines(connector)]) : []),
    ...(connector.liveSource ? section('In a terminal', commandLines(connector)) : []),
    ...section('What is read', readTable(connector)),
    ...section('Exported files', fileLines(connector)),
    ...(connector.liveSource ? section('Limits', limitTexts(connector).map((text) => `- ${text}`)) : []),
    ...section('What cannot be seen', unseenLines(connector)),
    ...section('Not confirmed', manifest.unconfirmed.map((text) => `- ${text}`)),
    ...(readme.trim() === '' ? [] : ['## From the connector\'s own notes', '', ...readmeParts(readme)]),
    ...section('Sources', manifest.sources.map((text) => `- ${text}`)),
  ];
  return `${lines.join('\n').replaceAll(/\n{3,}/g, '\n\n').trim()}\n`;
}

function readsText(connector: Connector): string {
  const kinds = new Set(connector.resources.flatMap((resource) => [...resource.kinds]));
  return [...kinds].filter((kind) => kind !== 'run-stats').sort().join(', ');
}

export function connectorIndex(connectors: readonly Connector[]): string {
  const rows = connectors.toSorted((a, b) => (a.title.toLowerCase() < b.title.toLowerCase() ? -1 : 1)).map((connector) => {
    const how = [...(connector.liveSource ? ['live'] : []), ...(connector.fileSource ? ['files'] : [])].join(', ');
    return `| [${connector.title}](${connector.id}.md) | ${how} | ${readsText(connector)} | ${EVIDENCE[connector.manifest.evidence]} |`;
  });
  return [
    '# Connectors', '',
    '<!-- Generated by `node scripts/connector-pages.mjs`. -->', '',
    'Each platform is data in `packs/connectors/<id>/`, and no code. A page says what is read with which request and right, how to make a key, the limits, and what cannot be seen.', '',
    '| platform | read from | becomes | evidence |', '|---|---|---|---|', ...rows, '',
    'Yours is not here? [Connect your own platform in an hour](your-own-platform.md). The words of a manifest: [fields](manifest-fields.md), [expressions](language.md).',
  ].join('\n') + '\n';
}
